using System.Globalization;
using System.Net;
using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>DIE, DLINE, KILL, KLINE, OPER, REHASH, UNDLINE, UNKLINE, WALLOPS.</summary>
internal static class OperatorCommands
{
    /// <summary>OPER name [password].</summary>
    public static void Oper(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        string name = Encoding.UTF8.GetString(message[0]);
        IrcOperatorBlock? block = network.Options.Operators.FirstOrDefault(block => string.Equals(block.Name, name, StringComparison.OrdinalIgnoreCase));
        if (block is null || !FitsHost(user, block) || (block.RequiresTls && !user.Peer.IsPrivate))
        {
            network.Reply(user, IrcNumeric.ErrNoOperHost, default, "No operator block fits"u8);
            return;
        }

        if (user.Account is { } account && string.Equals(Encoding.UTF8.GetString(account), block.Account, StringComparison.OrdinalIgnoreCase))
        {
            Promote(network, user, block);
            return;
        }

        if (message[1].IsEmpty)
        {
            network.Reply(user, IrcNumeric.ErrPasswdMismatch, default, "Log in to the operator's account, or give its password"u8);
            return;
        }

        network.Leave(new IrcWork.CheckPassword(user, block.Account, Encoding.UTF8.GetString(message[1]), (then, result) => OnPassword(then, user, block, result)));
    }

    /// <summary>KILL nickname [:reason].</summary>
    public static void Kill(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (network.FindUser(message[0]) is not { } target)
        {
            network.NoSuchNick(user, message[0]);
            return;
        }

        byte[] reason = [.. "Killed ("u8, .. user.Nick, .. message[1].IsEmpty ? ")"u8 : [.. " ("u8, .. message[1], .. "))"u8]];
        network.Output.BeginUserLine(user).Add("KILL "u8).Add(target.Nick).Add(" :"u8).Add(message[1]);
        network.Output.SendTo(target);
        network.Output.EndLine();
        TellOperators(network, $"{user} killed {target}");
        network.CloseWithError(target, reason);
    }

    /// <summary>KLINE [minutes] mask [:reason].</summary>
    public static void KLine(IrcNetwork network, IrcUser user, in IrcMessageView message) => Ban(network, user, message, IrcServerBanKind.Mask);

    /// <summary>DLINE [minutes] network [:reason].</summary>
    public static void DLine(IrcNetwork network, IrcUser user, in IrcMessageView message) => Ban(network, user, message, IrcServerBanKind.Address);

    /// <summary>UNKLINE mask.</summary>
    public static void UnKLine(IrcNetwork network, IrcUser user, in IrcMessageView message) => Unban(network, user, message[0], IrcServerBanKind.Mask);

    /// <summary>UNDLINE network.</summary>
    public static void UnDLine(IrcNetwork network, IrcUser user, in IrcMessageView message) => Unban(network, user, message[0], IrcServerBanKind.Address);

    /// <summary>WALLOPS :text.</summary>
    public static void Wallops(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        network.Output.BeginUserLine(user).Add("WALLOPS :"u8).Add(message[0]);
        foreach (IrcUser one in network.Users.Values)
        {
            if (one.IsRegistered && (one.Modes & IrcUserModes.Wallops) != 0)
            {
                network.Output.SendTo(one);
            }
        }

        network.Output.EndLine();
    }

    /// <summary>REHASH.</summary>
    public static void Rehash(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        network.Reply(user, IrcNumeric.RplRehashing, "configuration"u8, "Rehashing"u8);
        TellOperators(network, $"{user} asked for a rehash");
        network.Leave(new IrcWork.Rehash(user, (then, outcome) => then.Notice(user, Encoding.UTF8.GetBytes(outcome.ReplaceLineEndings(" ").Replace('\0', ' ')))));
    }

    /// <summary>DIE.</summary>
    public static void Die(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        TellOperators(network, $"{user} stops the server");
        network.Leave(new IrcWork.StopServer(user));
    }

    /// <summary>Tells all operators who want the server's notices.</summary>
    public static void TellOperators(IrcNetwork network, string text)
    {
        network.Output.BeginServerLine().Add("NOTICE "u8).Add("$operators"u8).Add(" :*** "u8).Add(text);
        foreach (IrcUser one in network.Users.Values)
        {
            if (one.IsRegistered && (one.Modes & IrcUserModes.ServerNotices) != 0)
            {
                network.Output.SendTo(one);
            }
        }

        network.Output.EndLine();
    }

    private static bool FitsHost(IrcUser user, IrcOperatorBlock block) =>
        block.Hosts.Any(mask =>
            IrcMask.Matches(Encoding.UTF8.GetBytes(mask), [.. user.UserName, (byte)'@', .. user.Peer.RealHost])
            || IrcMask.Matches(Encoding.UTF8.GetBytes(mask), [.. user.UserName, (byte)'@', .. user.Host]));

    private static void OnPassword(IrcNetwork network, IrcUser user, IrcOperatorBlock block, AuthenticationResult result)
    {
        // A reload may have taken or changed it meanwhile.
        if (result.Succeeded && network.Options.FindOperator(block) is { } present)
        {
            Promote(network, user, present);
        }
        else
        {
            network.Reply(user, IrcNumeric.ErrPasswdMismatch, default, "Password incorrect"u8);
            TellOperators(network, $"{user} failed to become the operator {block.Name}");
        }
    }

    private static void Promote(IrcNetwork network, IrcUser user, IrcOperatorBlock block)
    {
        IrcUserModes before = user.Modes;
        IrcLeaving.Count(network, user, -1);
        user.Modes |= IrcUserModes.Operator | IrcUserModes.ServerNotices | IrcUserModes.Wallops;
        user.OperatorBlock = block;
        IrcLeaving.Count(network, user, 1);
        network.Reply(user, IrcNumeric.RplYoureOper, default, "You are now an operator of this network"u8);
        ModeCommands.TellOwn(network, user, before);
        TellOperators(network, $"{user} is now the operator {block.Name}");
    }

    private static void Ban(IrcNetwork network, IrcUser user, in IrcMessageView message, IrcServerBanKind kind)
    {
        bool hasTime = int.TryParse(message[0], NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) && message.ParameterCount > 1;
        string mask = Encoding.UTF8.GetString(message[hasTime ? 1 : 0]);
        string reason = Encoding.UTF8.GetString(message[hasTime ? 2 : 1]);
        mask = kind == IrcServerBanKind.Mask ? Encoding.UTF8.GetString(IrcMask.Complete(Encoding.UTF8.GetBytes(mask))) : mask;
        if (kind == IrcServerBanKind.Address && !IsNetwork(mask))
        {
            network.Notice(user, "Not an address or a network"u8);
            return;
        }

        // A ban that would take in nearly everybody is a slip of the hand.
        if (kind == IrcServerBanKind.Mask && (!mask.Any(char.IsLetterOrDigit) || mask.Any(letter => char.IsControl(letter) || letter == ' ')))
        {
            network.Notice(user, "That mask matches everybody, or nobody"u8);
            return;
        }

        DateTimeOffset? until = hasTime && minutes > 0 ? network.Now.AddMinutes(minutes) : null;
        var ban = new IrcServerBan(kind, mask, reason.Length == 0 ? "No reason given" : reason, Encoding.UTF8.GetString(user.Nick), network.Now, until);
        network.Leave(new IrcWork.KeepBan(user, kind, mask, ban, then => Enforce(then, user, ban)));
    }

    private static void Enforce(IrcNetwork network, IrcUser user, IrcServerBan ban)
    {
        network.Bans.Set(ban);
        TellOperators(network, $"{user} banned {ban.Mask}: {ban.Reason}");
        foreach (IrcUser one in network.Users.Values.ToArray())
        {
            if (one.IsRegistered && !one.IsOperator && ban.Matches(one))
            {
                network.CloseWithError(one, Encoding.UTF8.GetBytes($"Banned: {ban.Reason}"));
            }
        }
    }

    private static void Unban(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> given, IrcServerBanKind kind)
    {
        string mask = Encoding.UTF8.GetString(kind == IrcServerBanKind.Mask ? IrcMask.Complete(given) : given);
        network.Leave(new IrcWork.KeepBan(user, kind, mask, null, then =>
        {
            then.Bans.Remove(kind, mask);
            TellOperators(then, $"{user} lifted the ban of {mask}");
        }));
    }

    // As AddressSet takes it; and one that is the whole world is a slip of the hand.
    private static bool IsNetwork(string text) => IPNetwork.TryParse(text, out IPNetwork network) ? network.PrefixLength > 0 : IPAddress.TryParse(text, out _);
}
