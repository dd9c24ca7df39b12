using System.Buffers.Text;
using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>CAP and AUTHENTICATE. <b>Spec</b>: IRCv3 capability-negotiation and sasl-3.2.</summary>
internal static class CapabilityCommands
{
    // A response of SASL is bounded by the exchange itself; this bounds what is gathered before it is handed on.
    private const int MostResponseLetters = 8 * IrcLimits.AuthenticateBytes;

    /// <summary>CAP LS [302], LIST, REQ :names, END.</summary>
    public static void Cap(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        switch (Encoding.ASCII.GetString(message[0]).ToUpperInvariant())
        {
            case "LS":
                BeginNegotiation(user);
                if (int.TryParse(message[1], out int version) && version > user.CapabilityVersion)
                {
                    user.CapabilityVersion = version;
                    // capability-negotiation: 302 asks for cap-notify by itself.
                    user.Capabilities |= version >= 302 ? IrcClientCapabilities.CapNotify : IrcClientCapabilities.None;
                }

                Send(network, user, "LS"u8, IrcCapabilityTable.Offered(network, user));
                break;
            case "LIST":
                Send(network, user, "LIST"u8, IrcCapabilityTable.Enabled(user));
                break;
            case "REQ":
                BeginNegotiation(user);
                Request(network, user, message[1]);
                break;
            case "END":
                End(network, user);
                break;
            default:
                network.Reply(user, IrcNumeric.ErrInvalidCapCmd, IrcReplies.Word(message[0]), "Unknown CAP subcommand"u8);
                break;
        }
    }

    /// <summary>AUTHENTICATE mechanism, then response by response, in pieces of 400 letters.</summary>
    public static void Authenticate(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> given = message[0];
        if (!user.Has(IrcClientCapabilities.Sasl))
        {
            network.Reply(user, IrcNumeric.ErrSaslFail, default, "Ask for the capability sasl first"u8);
        }
        else if (user.Account is not null && user.Sasl is null)
        {
            network.Reply(user, IrcNumeric.ErrSaslAlready, default, "You are logged in already"u8);
        }
        else if (given.SequenceEqual("*"u8))
        {
            user.Sasl = null;
            network.Leave(new IrcWork.Sasl(user, null, []) { IsAborted = true });
        }
        else if (given.Length > IrcLimits.AuthenticateBytes)
        {
            Drop(network, user, IrcNumeric.ErrSaslTooLong, "A piece of a SASL response is too long"u8);
        }
        else if (user.Sasl is null)
        {
            user.Sasl = new IrcSaslState();
            network.Leave(new IrcWork.Sasl(user, Encoding.UTF8.GetString(given).ToUpperInvariant(), []));
        }
        else
        {
            Gather(network, user, user.Sasl, given);
        }
    }

    /// <summary>Applies what the SASL exchange says.</summary>
    public static void OnSasl(IrcNetwork network, IrcWork.Sasl work)
    {
        IrcUser user = work.User;
        if (work.IsAborted)
        {
            network.Reply(user, IrcNumeric.ErrSaslAborted, default, "SASL authentication aborted"u8);
        }
        else if (work.Step is not { } step)
        {
            user.Sasl = null;
            network.Reply(user, IrcNumeric.RplSaslMechs, Encoding.ASCII.GetBytes(work.Offered.Count == 0 ? "*" : string.Join(',', work.Offered)), "are available SASL mechanisms"u8);
            network.Reply(user, IrcNumeric.ErrSaslFail, default, "SASL mechanism not available here"u8);
        }
        else
        {
            Apply(network, user, step);
        }
    }

    /// <summary>Logs a user in to an account that was looked up.</summary>
    public static void LogIn(IrcNetwork network, IrcUser user, Account account)
    {
        user.AccountSince = account.Created.ToUnixTimeSeconds();
        LogIn(network, user, account.Name);
    }

    /// <summary>Logs a user in to the account that it has just made.</summary>
    public static void LogIn(IrcNetwork network, IrcUser user, AccountName account)
    {
        user.Account = Encoding.UTF8.GetBytes(account.Display);
        RegistrationCommands.TakeWantedNick(network, user);
        network.Numeric(user, IrcNumeric.RplLoggedIn).Add(user.HasNick ? user.Source.AsSpan(1, user.Source.Length - 2) : "*!*@*"u8).Add((byte)' ').Add(user.Account)
            .Add(" :You are now logged in as "u8).Add(user.Account);
        network.Output.Reply();
        TellOfAccount(network, user);
    }

    /// <summary>Logs a user out.</summary>
    public static void LogOut(IrcNetwork network, IrcUser user)
    {
        user.Account = null;
        network.Numeric(user, IrcNumeric.RplLoggedOut).Add(user.Source.AsSpan(1, user.Source.Length - 2)).Add(" :You are now logged out"u8);
        network.Output.Reply();
        TellOfAccount(network, user);
    }

    /// <summary>Logs everybody out who is logged in to an account that is no more, or is suspended, and takes what it gave.</summary>
    public static void LogOutAll(IrcNetwork network, byte[] account)
    {
        foreach (IrcUser user in network.Users.Values.Where(one => one.Account is { } own && IrcCaseMapping.Ascii.Equals(own, account)).ToArray())
        {
            user.Account = null;
            network.Numeric(user, IrcNumeric.RplLoggedOut).Add(user.HasNick ? user.Source.AsSpan(1, user.Source.Length - 2) : "*!*@*"u8).Add(" :You are now logged out"u8);
            network.Output.SendTo(user);
            network.Output.EndLine();
            if (user.OperatorBlock is { } block && string.Equals(block.Account, Encoding.UTF8.GetString(account), StringComparison.OrdinalIgnoreCase))
            {
                ModeCommands.Demote(network, user);
            }

            foreach (IrcMembership membership in user.Channels)
            {
                membership.Modes &= ~IrcMemberModes.Founder;
            }

            TellOfAccount(network, user);
        }
    }

    /// <summary>Tells those who want to know it which capabilities have come, gone or changed with the settings. <b>Spec</b>: IRCv3 cap-notify.</summary>
    /// <remarks>Who has said no nickname yet is not told: it reads the list in a moment, or has just read it and asks for what is gone in vain.</remarks>
    public static void TellOfChanges(IrcNetwork network, IrcNetworkOptions before)
    {
        if (!IrcCapabilityTable.MayDiffer(before, network.Options))
        {
            return;
        }

        var come = new List<string>();
        var gone = new List<string>();
        foreach (IrcUser user in network.Users.Values)
        {
            come.Clear();
            gone.Clear();
            user.Capabilities &= ~IrcCapabilityTable.Compare(user, before, network.Options, come, gone);
            if (user.Has(IrcClientCapabilities.CapNotify))
            {
                Notify(network, user, "NEW"u8, come);
                Notify(network, user, "DEL"u8, gone);
            }
        }
    }

    private static void Notify(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> subcommand, List<string> names)
    {
        if (names.Count > 0)
        {
            Begin(network, user, subcommand).Add(string.Join(' ', names));
            network.Output.SendTo(user);
        }
    }

    private static void TellOfAccount(IrcNetwork network, IrcUser user)
    {
        if (!user.IsRegistered)
        {
            return;
        }

        IrcUserModes before = user.Modes;
        user.Modes = user.Account is null ? user.Modes & ~IrcUserModes.LoggedIn : user.Modes | IrcUserModes.LoggedIn;
        ModeCommands.TellOwn(network, user, before);
        network.Output.BeginUserLine(user).Add("ACCOUNT "u8).Add(user.Account ?? "*"u8);
        network.SendToNeighbours(user, with: IrcClientCapabilities.AccountNotify);
        PresenceCommands.SendToMonitors(network, user, IrcClientCapabilities.AccountNotify);
        network.Output.EndLine();
    }

    private static void BeginNegotiation(IrcUser user)
    {
        if (user.Registration is { } state)
        {
            state.IsNegotiating = true;
        }
    }

    private static void End(IrcNetwork network, IrcUser user)
    {
        if (user.Registration is { } state)
        {
            state.IsNegotiating = false;
            RegistrationCommands.TryRegister(network, user);
        }
    }

    // All or nothing: one name that is not known, and nothing changes.
    private static void Request(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> names)
    {
        IrcClientCapabilities added = IrcClientCapabilities.None;
        IrcClientCapabilities removed = IrcClientCapabilities.None;
        bool isRefused = false;
        foreach (string name in Encoding.UTF8.GetString(names).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isRemoval = name[0] == '-';
            IrcClientCapabilities capability = IrcCapabilityTable.Find(network, user, isRemoval ? name[1..] : name);
            isRefused |= capability == IrcClientCapabilities.None || (isRemoval && capability == IrcClientCapabilities.CapNotify && user.CapabilityVersion >= 302);
            added = isRemoval ? added & ~capability : added | capability;
            removed = isRemoval ? removed | capability : removed & ~capability;
        }

        if (!isRefused)
        {
            user.Capabilities = (user.Capabilities | added) & ~removed;
        }

        SendAnswer(network, user, isRefused ? "NAK"u8 : "ACK"u8, names);
    }

    // As it was asked, in one line if it fits: else in several, each of whole names. What is longer than a line is nobody's name, and is left out of the refusal.
    private static void SendAnswer(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> verdict, ReadOnlySpan<byte> names)
    {
        IrcLineWriter line = Begin(network, user, verdict);
        if (names.Length <= line.Room)
        {
            line.Add(names);
            network.Output.Reply();
            return;
        }

        int most = line.Room;
        bool isFirst = true;
        foreach (Range range in names.Split((byte)' '))
        {
            ReadOnlySpan<byte> name = names[range];
            if (name.IsEmpty || name.Length > most)
            {
                continue;
            }

            if (!isFirst && name.Length + 1 > line.Room)
            {
                network.Output.Reply();
                line = Begin(network, user, verdict);
                isFirst = true;
            }

            line.Add(isFirst ? ""u8 : " "u8).Add(name);
            isFirst = false;
        }

        network.Output.Reply();
    }

    private static void Send(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> subcommand, IEnumerable<string> names)
    {
        IrcLineWriter line = Begin(network, user, subcommand);
        // 302: where more lines follow, an asterisk says so. What is not of 302 gets one line, and has always been given no more.
        int start = line.Line.Length;
        bool isFirst = true;
        foreach (string name in names)
        {
            if (!isFirst && user.CapabilityVersion < 302 && line.Room < name.Length + 1)
            {
                break;
            }

            if (!isFirst && user.CapabilityVersion >= 302 && line.Room < name.Length + 4)
            {
                SendPart(network, user, subcommand, line.Line[start..].ToArray());
                line = Begin(network, user, subcommand);
                isFirst = true;
            }

            line.Add(isFirst ? ""u8 : " "u8).Add(name);
            isFirst = false;
        }

        network.Output.Reply();
    }

    private static void SendPart(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> subcommand, byte[] names)
    {
        network.Output.BeginServerLine().Add("CAP "u8).Add(user.Nick).Add((byte)' ').Add(subcommand).Add(" * :"u8).Add(names);
        network.Output.Reply();
    }

    private static IrcLineWriter Begin(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> subcommand) =>
        network.Output.BeginServerLine().Add("CAP "u8).Add(user.Nick).Add((byte)' ').Add(subcommand).Add(" :"u8);

    private static void Gather(IrcNetwork network, IrcUser user, IrcSaslState state, ReadOnlySpan<byte> piece)
    {
        if (!piece.SequenceEqual("+"u8))
        {
            state.Pieces.Add(piece);
        }

        if (state.Pieces.Length > MostResponseLetters)
        {
            Drop(network, user, IrcNumeric.ErrSaslTooLong, "The SASL response is too long"u8);
            return;
        }

        // sasl-3.1: a piece of just 400 letters says that more comes.
        if (piece.Length == IrcLimits.AuthenticateBytes)
        {
            return;
        }

        byte[] response = new byte[Base64.GetMaxDecodedFromUtf8Length(state.Pieces.Length)];
        bool isBase64 = Base64.DecodeFromUtf8(state.Pieces.Span, response, out _, out int length) == System.Buffers.OperationStatus.Done;
        state.Pieces.Clear();
        if (isBase64)
        {
            network.Leave(new IrcWork.Sasl(user, null, response[..length]));
        }
        else
        {
            Drop(network, user, IrcNumeric.ErrSaslFail, "SASL authentication failed: not base 64"u8);
        }
    }

    private static void Drop(IrcNetwork network, IrcUser user, int numeric, ReadOnlySpan<byte> text)
    {
        user.Sasl = null;
        network.Reply(user, numeric, default, text);
    }

    private static void Apply(IrcNetwork network, IrcUser user, in SaslServerStep step)
    {
        switch (step.Kind)
        {
            case SaslStepKind.Challenge:
                SendChallenge(network, step.Bytes.Span);
                break;
            case SaslStepKind.Succeeded when !IrcNames.IsAccount(Encoding.UTF8.GetBytes(step.Account!.Name.Display)):
                Drop(network, user, IrcNumeric.ErrSaslFail, "SASL authentication failed: the account's name cannot be one on IRC"u8);
                break;
            case SaslStepKind.Succeeded:
                user.Sasl = null;
                LogIn(network, user, step.Account!);
                network.Reply(user, IrcNumeric.RplSaslSuccess, default, "SASL authentication successful"u8);
                break;
            default:
                string reason = step.Failure switch
                {
                    SaslFailure.RateLimited => "too many failures; wait a minute",
                    SaslFailure.Busy or SaslFailure.Unavailable => "accounts cannot be reached now; try again later",
                    SaslFailure.Suspended => "the account is suspended",
                    SaslFailure.NotVerified => "the account is not verified",
                    _ => "name or password is wrong",
                };
                Drop(network, user, IrcNumeric.ErrSaslFail, Encoding.UTF8.GetBytes("SASL authentication failed: " + reason));
                break;
        }
    }

    private static void SendChallenge(IrcNetwork network, ReadOnlySpan<byte> challenge)
    {
        string letters = Convert.ToBase64String(challenge);
        int at = 0;
        while (true)
        {
            string piece = letters[at..Math.Min(letters.Length, at + IrcLimits.AuthenticateBytes)];
            network.Output.BeginBareLine().Add("AUTHENTICATE "u8).Add(piece.Length == 0 ? "+" : piece);
            network.Output.Reply();
            at += piece.Length;
            if (piece.Length < IrcLimits.AuthenticateBytes)
            {
                return;
            }
        }
    }
}
