using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is NickServ: accounts for people whose clients know nothing of them.</summary>
internal static class NicknameService
{
    private static readonly string[] HelpLines =
    [
        "NickServ keeps nicknames for those they belong to. An account's name is a nickname, and nobody else can take it.",
        "REGISTER password [email]: makes an account of your present nickname",
        "IDENTIFY [account] password: logs you in",
        "LOGOUT: logs you out",
        "GHOST nickname: ends the connection that has your nickname; REGAIN takes the nickname too",
        "SET PASSWORD new: changes your password",
        "CERT ADD [fingerprint] | DEL fingerprint | LIST: the certificates that log you in by SASL EXTERNAL",
        "INFO [account]: what is known of an account",
        "DROP account: deletes your account, for good",
    ];

    /// <summary>NS or NICKSERV words.</summary>
    public static void Command(IrcNetwork network, IrcUser user, in IrcMessageView message) => Take(network, user, IrcServices.Words(message));

    /// <summary>Takes a message.</summary>
    public static void Take(IrcNetwork network, IrcUser user, string[] words)
    {
        switch (words.Length == 0 ? "HELP" : words[0].ToUpperInvariant())
        {
            case "REGISTER" when words.Length >= 2:
                Register(network, user, words[1], words.ElementAtOrDefault(2) ?? "*");
                break;
            case "IDENTIFY" or "ID" or "LOGIN" when words.Length >= 2:
                Identify(network, user, words.Length > 2 ? words[1] : Encoding.UTF8.GetString(user.Nick), words[^1]);
                break;
            case "LOGOUT" when user.Account is not null:
                CapabilityCommands.LogOut(network, user);
                break;
            case "GHOST" or "REGAIN" or "RECOVER" or "RELEASE" when words.Length >= 2:
                Regain(network, user, words[1], takesNick: !words[0].Equals("GHOST", StringComparison.OrdinalIgnoreCase));
                break;
            case "SET" when words.Length >= 3 && words[1].Equals("PASSWORD", StringComparison.OrdinalIgnoreCase):
                Edit(network, user, IrcAccountEditKind.SetPassword, words[2], "Your password was changed.");
                break;
            case "CERT" when words.Length >= 2:
                Certificate(network, user, words[1], words.ElementAtOrDefault(2));
                break;
            case "INFO":
                Tell(network, user, words.ElementAtOrDefault(1) ?? Encoding.UTF8.GetString(user.Nick));
                break;
            // Whoever takes the name next would own them.
            case "DROP" when words.Length >= 2 && IsOwn(user, words[1]) && ChannelOf(network, user) is { } channel:
                network.SayAsNickServ(user, $"The channel {Encoding.UTF8.GetString(channel.Name)} belongs to the account; drop or transfer it first.");
                break;
            case "DROP" when words.Length >= 2 && IsOwn(user, words[1]) && AccountCommands.IsOperators(network, user.Account):
                network.SayAsNickServ(user, "The account is an operator's, and stays while it is.");
                break;
            case "DROP" when words.Length >= 2 && IsOwn(user, words[1]):
                Edit(network, user, IrcAccountEditKind.Delete, null, "Your account is deleted.");
                break;
            case "SUSPEND" or "UNSUSPEND" when words.Length >= 2 && user.May(IrcOperatorRights.Services):
                Suspend(network, user, words[1], words[0].Equals("SUSPEND", StringComparison.OrdinalIgnoreCase));
                break;
            case "HELP":
                foreach (string line in HelpLines)
                {
                    network.SayAsNickServ(user, line);
                }

                break;
            default:
                network.SayAsNickServ(user, "That is not understood, or not for you now. Say HELP to learn what is.");
                break;
        }
    }

    private static bool IsOwn(IrcUser user, string name) => user.Account is { } account && IrcCaseMapping.Ascii.Equals(account, Encoding.UTF8.GetBytes(name));

    private static IrcChannel? ChannelOf(IrcNetwork network, IrcUser user) => network.Channels.Values.FirstOrDefault(channel => channel.Registration?.IsFounder(user) == true);

    private static void Register(IrcNetwork network, IrcUser user, string password, string email)
    {
        if (!AccountCommands.Obstacle(network, user, user.Nick, email, out ReadOnlySpan<byte> text).IsEmpty)
        {
            network.SayAsNickServ(user, Encoding.UTF8.GetString(text) + ".");
            return;
        }

        AccountName account = AccountName.Parse(Encoding.UTF8.GetString(user.Nick));
        network.Leave(new IrcWork.MakeAccount(user, account, email == "*" ? null : email, password, (then, outcome) =>
        {
            if (outcome == IrcAccountOutcome.Done)
            {
                then.SayAsNickServ(user, $"The account {account} is yours, and you are logged in.");
                CapabilityCommands.LogIn(then, user, account);
            }
            else
            {
                then.SayAsNickServ(user, Words(outcome));
            }
        }));
    }

    private static void Identify(IrcNetwork network, IrcUser user, string account, string password)
    {
        if (!AccountCommands.MayGivePassword(network, user))
        {
            network.SayAsNickServ(user, "Passwords are taken over TLS only. Choose another, as others may have read this one.");
            return;
        }

        if (user.Account is not null)
        {
            network.SayAsNickServ(user, "You are logged in already; LOGOUT first.");
            return;
        }

        network.Leave(new IrcWork.CheckPassword(user, account, password, (then, result) =>
        {
            if (result.Account is { } unfit && !IrcNames.IsAccount(Encoding.UTF8.GetBytes(unfit.Name.Display)))
            {
                then.SayAsNickServ(user, "The account's name cannot be one on IRC.");
            }
            else if (result.Account is { } found)
            {
                then.SayAsNickServ(user, $"You are logged in as {found.Name}.");
                CapabilityCommands.LogIn(then, user, found);
            }
            else
            {
                then.SayAsNickServ(user, result.Failure switch
                {
                    AuthenticationFailure.RateLimited => "Too many failures; wait a minute.",
                    AuthenticationFailure.Busy or AuthenticationFailure.Unavailable => "Accounts cannot be reached now; try again later.",
                    AuthenticationFailure.Suspended => "The account is suspended.",
                    _ => "Name or password is wrong.",
                });
            }
        }));
    }

    private static void Regain(IrcNetwork network, IrcUser user, string nick, bool takesNick)
    {
        byte[] name = Encoding.UTF8.GetBytes(nick);
        if (!IsOwn(user, nick))
        {
            network.SayAsNickServ(user, "That nickname is not your account's.");
            return;
        }

        if (network.FindHolder(name) is { } holder && !ReferenceEquals(holder, user))
        {
            network.CloseWithError(holder, "The owner of the nickname came back"u8);
        }

        // An account that the administrators made may have a name that is no nickname.
        if (takesNick && network.FindHolder(name) is null && IrcNames.IsNick(name, network.Limits.NickBytes))
        {
            RegistrationCommands.ChangeNick(network, user, name);
        }

        network.SayAsNickServ(user, "The nickname is free for you.");
    }

    private static void Certificate(IrcNetwork network, IrcUser user, string verb, string? fingerprint)
    {
        fingerprint ??= user.Peer.CertificateFingerprint;
        switch (verb.ToUpperInvariant())
        {
            case "LIST" when user.Account is { } account:
                network.Leave(new IrcWork.FindAccount(user, AccountName.Parse(Encoding.UTF8.GetString(account)), (then, found) =>
                    TellCertificates(then, user, found?.Certificates ?? [])));
                break;
            case "ADD" when fingerprint is not null && CertificateFingerprint.TryParse(fingerprint, out _):
                Edit(network, user, IrcAccountEditKind.AddCertificate, fingerprint, "The certificate logs you in from now on.");
                break;
            case "DEL" when fingerprint is not null && CertificateFingerprint.TryParse(fingerprint, out _):
                Edit(network, user, IrcAccountEditKind.RemoveCertificate, fingerprint, "The certificate logs you in no longer.");
                break;
            default:
                network.SayAsNickServ(user, "CERT ADD [fingerprint], CERT DEL fingerprint, CERT LIST; a fingerprint is the SHA-256 of the certificate in hexadecimal.");
                break;
        }
    }

    private static void TellCertificates(IrcNetwork network, IrcUser user, IReadOnlyCollection<CertificateFingerprint> certificates)
    {
        foreach (CertificateFingerprint certificate in certificates)
        {
            network.SayAsNickServ(user, certificate.ToString());
        }

        network.SayAsNickServ(user, certificates.Count == 0 ? "There are no certificates." : "That are all.");
    }

    private static void Edit(IrcNetwork network, IrcUser user, IrcAccountEditKind kind, string? value, string success)
    {
        if (user.Account is not { } account)
        {
            network.SayAsNickServ(user, "You are not logged in.");
            return;
        }

        if (kind == IrcAccountEditKind.SetPassword && !AccountCommands.MayGivePassword(network, user))
        {
            network.SayAsNickServ(user, "Passwords are taken over TLS only. Choose another, as others may have read this one.");
            return;
        }

        var edit = new IrcAccountEdit(kind, AccountName.Parse(Encoding.UTF8.GetString(account)), value);
        network.Leave(new IrcWork.ChangeAccount(user, edit, (then, outcome) => then.SayAsNickServ(user, outcome == IrcAccountOutcome.Done ? success : Words(outcome))));
    }

    private static void Suspend(IrcNetwork network, IrcUser user, string name, bool isSuspended)
    {
        if (!AccountName.TryParse(name, out AccountName? account))
        {
            network.SayAsNickServ(user, "Not an account name.");
            return;
        }

        var edit = new IrcAccountEdit(isSuspended ? IrcAccountEditKind.Suspend : IrcAccountEditKind.Unsuspend, account);
        network.Leave(new IrcWork.ChangeAccount(user, edit, (then, outcome) =>
            then.SayAsNickServ(user, outcome == IrcAccountOutcome.Done ? $"{account} is {(isSuspended ? "suspended" : "no longer suspended")}." : Words(outcome))));
    }

    private static void Tell(IrcNetwork network, IrcUser user, string name)
    {
        if (!AccountName.TryParse(name, out AccountName? account))
        {
            network.SayAsNickServ(user, "Not an account name.");
            return;
        }

        network.Leave(new IrcWork.FindAccount(user, account, (then, found) =>
            then.SayAsNickServ(user, found is null
                ? $"There is no account {account}."
                : string.Create(CultureInfo.InvariantCulture, $"{found.Name}: registered {found.Created.UtcDateTime:yyyy-MM-dd}{(found.IsSuspended ? ", suspended" : "")}"))));
    }

    private static string Words(IrcAccountOutcome outcome) => outcome switch
    {
        IrcAccountOutcome.NameTaken => "There is an account of that name.",
        IrcAccountOutcome.CertificateTaken => "Another account has that certificate.",
        IrcAccountOutcome.NotFound => "There is no such account.",
        IrcAccountOutcome.BadPassword => "That cannot be a password.",
        _ => "Accounts cannot be changed now; try again later.",
    };
}
