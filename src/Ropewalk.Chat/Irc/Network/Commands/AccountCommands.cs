using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>REGISTER and VERIFY. <b>Spec</b>: IRCv3 draft/account-registration.</summary>
internal static class AccountCommands
{
    /// <summary>REGISTER account email password; an asterisk for one's own nickname, and for no address.</summary>
    public static void Register(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> name = message[0].SequenceEqual("*"u8) && user.HasNick ? user.Nick : message[0];
        string email = Encoding.UTF8.GetString(message[1]);
        ReadOnlySpan<byte> code = Obstacle(network, user, name, email, out ReadOnlySpan<byte> text);
        if (!code.IsEmpty)
        {
            network.Fail(user, "REGISTER"u8, code, IrcReplies.Word(name), text);
            return;
        }

        AccountName account = AccountName.Parse(Encoding.UTF8.GetString(name));
        network.Leave(new IrcWork.MakeAccount(user, account, email == "*" ? null : email, Encoding.UTF8.GetString(message[2]), (then, outcome) => OnMade(then, user, account, outcome)));
    }

    /// <summary>VERIFY account code: nothing waits for a code here.</summary>
    public static void Verify(IrcNetwork network, IrcUser user, in IrcMessageView message) =>
        network.Fail(user, "VERIFY"u8, "INVALID_CODE"u8, IrcReplies.Word(message[0]), "No account waits to be verified"u8);

    /// <summary>Says why a user may not make an account of this name.</summary>
    public static ReadOnlySpan<byte> Obstacle(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> name, string email, out ReadOnlySpan<byte> text)
    {
        if (!network.Options.AllowsAccountRegistration)
        {
            text = "Accounts are made by the administrators here"u8;
            return "TEMPORARILY_UNAVAILABLE"u8;
        }

        if (user.Account is not null)
        {
            text = "You are logged in already"u8;
            return "ALREADY_AUTHENTICATED"u8;
        }

        // Else it would be a way around the class's password.
        if (!user.IsRegistered && user.Peer.Class.Password is not null)
        {
            text = "Register your connection first"u8;
            return "COMPLETE_CONNECTION_REQUIRED"u8;
        }

        if (name.SequenceEqual("*"u8))
        {
            text = "Choose a nickname first"u8;
            return "NEED_NICK"u8;
        }

        if (!MayGivePassword(network, user))
        {
            text = "Passwords are taken over TLS only"u8;
            return "INSECURE_CONNECTION"u8;
        }

        ReadOnlySpan<byte> obstacle = NameObstacle(network, user, name, email, out text);
        if (obstacle.IsEmpty && !network.AccountPace.TryMake(user.Peer, network.Limits, network.Now))
        {
            text = "Too many accounts were made from your address; try again later"u8;
            return "TEMPORARILY_UNAVAILABLE"u8;
        }

        return obstacle;
    }

    private static ReadOnlySpan<byte> NameObstacle(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> name, string email, out ReadOnlySpan<byte> text)
    {
        // Accounts are nicknames: so nobody else can take the nickname of an account.
        if (!IrcNames.IsNick(name, network.Limits.NickBytes) || !AccountName.TryParse(Encoding.UTF8.GetString(name), out _) || IrcServices.IsService(name))
        {
            text = "Not an account name; it must be a nickname"u8;
            return "BAD_ACCOUNT_NAME"u8;
        }

        if (IsOperators(network, name))
        {
            text = "That account is an operator's; the administrators make it"u8;
            return "BAD_ACCOUNT_NAME"u8;
        }

        if (network.FindHolder(name) is { } holder && !ReferenceEquals(holder, user))
        {
            text = "Somebody else uses that nickname now"u8;
            return "ACCOUNT_EXISTS"u8;
        }

        bool isEmail = email == "*" || (email.Length <= 254 && email.Contains('@', StringComparison.Ordinal) && !email.Any(char.IsWhiteSpace));
        text = "Not an e-mail address"u8;
        return isEmail ? default : "INVALID_EMAIL"u8;
    }

    /// <summary>Says whether an account is an operator's: whoever made it first would have all rights.</summary>
    public static bool IsOperators(IrcNetwork network, ReadOnlySpan<byte> name)
    {
        string account = Encoding.UTF8.GetString(name);
        return network.Options.Operators.Any(block => string.Equals(block.Account, account, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Says whether a user may say a password on its connection.</summary>
    public static bool MayGivePassword(IrcNetwork network, IrcUser user) => MayGivePassword(network.Options, user);

    /// <summary>Says whether a user may say a password on its connection, were the network set like this.</summary>
    public static bool MayGivePassword(IrcNetworkOptions options, IrcUser user) => user.Peer.IsPrivate || options.AllowsPlainPasswords;

    private static void OnMade(IrcNetwork network, IrcUser user, AccountName account, IrcAccountOutcome outcome)
    {
        byte[] name = Encoding.UTF8.GetBytes(account.Display);
        switch (outcome)
        {
            case IrcAccountOutcome.Done:
                network.Output.BeginServerLine().Add("REGISTER SUCCESS "u8).Add(name).Add(" :The account was made, and you are logged in"u8);
                network.Output.Reply();
                CapabilityCommands.LogIn(network, user, account);
                break;
            case IrcAccountOutcome.NameTaken:
                network.Fail(user, "REGISTER"u8, "ACCOUNT_EXISTS"u8, name, "There is an account of that name"u8);
                break;
            case IrcAccountOutcome.BadPassword:
                network.Fail(user, "REGISTER"u8, "UNACCEPTABLE_PASSWORD"u8, name, "That cannot be a password"u8);
                break;
            default:
                network.Fail(user, "REGISTER"u8, "TEMPORARILY_UNAVAILABLE"u8, name, "Accounts cannot be made now; try again later"u8);
                break;
        }
    }
}
