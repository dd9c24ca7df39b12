using System.Security.Cryptography;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>NICK, USER, PASS, PING, PONG, QUIT: how a client comes in and stays.</summary>
internal static class RegistrationCommands
{
    /// <summary>NICK nickname.</summary>
    public static void Nick(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> nick = message[0];
        if (nick.IsEmpty)
        {
            network.Reply(user, IrcNumeric.ErrNoNicknameGiven, default, "No nickname given"u8);
            return;
        }

        if (!IrcNames.IsNick(nick, network.Limits.NickBytes) || IrcServices.IsService(nick))
        {
            network.Reply(user, IrcNumeric.ErrErroneousNickname, IrcReplies.Word(nick), "Not a nickname"u8);
            return;
        }

        IrcUser? holder = network.FindHolder(nick);
        if (holder is not null && !ReferenceEquals(holder, user))
        {
            RefuseNick(network, user, nick, isReserved: false);
            return;
        }

        if (network.Registrations.IsReservedFrom(user, nick))
        {
            WantReserved(network, user, nick);
            return;
        }

        ChangeNick(network, user, nick.ToArray());
    }

    /// <summary>USER username mode unused :real name.</summary>
    public static void User(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (user.Registration!.HasUser)
        {
            network.Reply(user, IrcNumeric.ErrAlreadyRegistered, default, "USER was given already"u8);
            return;
        }

        ReadOnlySpan<byte> realName = message[3];
        user.RealName = realName[..IrcLineWriter.CharacterBoundary(realName, network.Limits.RealNameBytes)].ToArray();
        user.SetUserName(IrcNames.UserName(message[0], network.Limits.UserNameBytes));
        user.Registration.HasUser = true;
        TryRegister(network, user);
    }

    /// <summary>PASS password.</summary>
    public static void Pass(IrcNetwork network, IrcUser user, in IrcMessageView message) => user.Registration!.Password = message[0].ToArray();

    /// <summary>PING token.</summary>
    public static void Ping(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (message[0].IsEmpty)
        {
            network.Reply(user, IrcNumeric.ErrNoOrigin, default, "No origin given"u8);
            return;
        }

        network.Output.BeginServerLine().Add("PONG "u8).Add(network.ServerName).Add(" :"u8).Add(message[0]);
        network.Output.Reply();
    }

    /// <summary>PONG: that anything came is what matters.</summary>
    public static void Pong(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        // The connection's session has seen it.
    }

    /// <summary>QUIT [:reason].</summary>
    public static void Quit(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        // A reason of the user's own looks like none of the server's.
        byte[] reason = message[0].IsEmpty ? "Client quit"u8.ToArray() : [.. "Quit: "u8, .. message[0]];
        network.CloseWithError(user, reason);
    }

    /// <summary>Gives a user that has not registered yet the nickname that it asked for, if it is its own by now and nobody has it.</summary>
    public static void TakeWantedNick(IrcNetwork network, IrcUser user)
    {
        if (user.Registration is { WantedNick: { } wanted } state && !network.Registrations.IsReservedFrom(user, wanted) && network.FindHolder(wanted) is null)
        {
            network.SetNick(user, wanted);
            state.WantedNick = null;
        }
    }

    /// <summary>Registers a user if it has said all that is needed, and may.</summary>
    public static void TryRegister(IrcNetwork network, IrcUser user)
    {
        if (user.Registration is not { HasNick: true, HasUser: true, IsNegotiating: false } state)
        {
            return;
        }

        TakeWantedNick(network, user);
        byte[] nick = state.WantedNick ?? user.Nick;
        bool isReserved = network.Registrations.IsReservedFrom(user, nick);
        if (isReserved || state.WantedNick is not null)
        {
            GiveUpNick(network, user, state);
            RefuseNick(network, user, nick, isReserved);
            return;
        }

        ReadOnlySpan<byte> refusal = Refusal(network, user, state);
        if (!refusal.IsEmpty)
        {
            network.CloseWithError(user, refusal);
            return;
        }

        user.Registration = null;
        network.Counts.Unknown--;
        user.Modes |= user.Account is null ? IrcUserModes.None : IrcUserModes.LoggedIn;
        IrcLeaving.Count(network, user, 1);
        IrcWelcome.Send(network, user);
        network.TellMonitors(user.Nick, isOnline: true, user);
    }

    // Who negotiates may log in before CAP END, and clients say NICK first: whether the nickname is theirs is seen when they have logged in, or register. Until then it is
    // only wanted: were it held, anybody could keep it from its owner by saying NICK and nothing more.
    private static void WantReserved(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> nick)
    {
        if (user.Registration is { IsNegotiating: true } state)
        {
            GiveUpNick(network, user, state);
            state.WantedNick = nick.ToArray();
            state.HasNick = true;
        }
        else
        {
            RefuseNick(network, user, nick, isReserved: true);
        }
    }

    private static void GiveUpNick(IrcNetwork network, IrcUser user, IrcRegistrationState state)
    {
        network.FreeNick(user);
        user.ForgetNick();
        state.HasNick = false;
        state.WantedNick = null;
    }

    private static void RefuseNick(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> nick, bool isReserved) =>
        network.Reply(user, IrcNumeric.ErrNicknameInUse, nick, isReserved ? "Nickname belongs to an account; log in to it first"u8 : "Nickname is already in use"u8);

    private static ReadOnlySpan<byte> Refusal(IrcNetwork network, IrcUser user, IrcRegistrationState state)
    {
        if (user.Peer.Class.Password is { } password
            && !(state.Password is { } given && CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(password))))
        {
            network.Reply(user, IrcNumeric.ErrPasswdMismatch, default, "Password incorrect"u8);
            return "Bad password"u8;
        }

        if (user.Peer.Class.RequiresAccount && user.Account is null)
        {
            network.Fail(user, "*"u8, "ACCOUNT_REQUIRED"u8, default, "You must log in with SASL to connect from here"u8);
            return "An account is required"u8;
        }

        if (network.Bans.Find(user, network.Now) is { } ban)
        {
            network.Reply(user, IrcNumeric.ErrYoureBannedCreep, default, Encoding.UTF8.GetBytes($"You are banned from this server: {ban.Reason}"));
            return Encoding.UTF8.GetBytes($"Banned: {ban.Reason}");
        }

        return default;
    }

    /// <summary>Gives a user a nickname that it may have, and tells those who see it.</summary>
    public static void ChangeNick(IrcNetwork network, IrcUser user, byte[] nick)
    {
        if (user.Registration is { } state)
        {
            network.SetNick(user, nick);
            state.HasNick = true;
            state.WantedNick = null;
            TryRegister(network, user);
            return;
        }

        if (user.Nick.AsSpan().SequenceEqual(nick))
        {
            return;
        }

        if (CannotSpeakSomewhere(user) is { } channel)
        {
            network.Reply(user, IrcNumeric.ErrBannedFromChan, channel.Name, "Cannot change your nickname while you are banned there"u8);
            return;
        }

        byte[] before = user.Nick;
        network.Output.BeginUserLine(user).Add("NICK :"u8).Add(nick);
        network.Output.Reply();
        network.SendToNeighbours(user);
        network.Output.EndLine();
        network.WhoWas.Add(user, network.Now, network.Limits.WhoWasEntries);
        network.SetNick(user, nick);
        if (!IrcCaseMapping.Ascii.Equals(before, nick))
        {
            network.TellMonitors(before, isOnline: false, user);
            network.TellMonitors(nick, isOnline: true, user);
        }
    }

    // Else a banned user would speak by its nicknames.
    private static IrcChannel? CannotSpeakSomewhere(IrcUser user)
    {
        foreach (IrcMembership membership in user.Channels)
        {
            if (membership.Modes == IrcMemberModes.None && membership.Channel.IsBanned(user, mutesToo: true))
            {
                return membership.Channel;
            }
        }

        return null;
    }
}
