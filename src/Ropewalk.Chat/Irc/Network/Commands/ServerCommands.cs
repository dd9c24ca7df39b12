using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>ADMIN, HELP, INFO, LINKS, LUSERS, MOTD, STATS, TIME, VERSION: what a server tells of itself.</summary>
internal static class ServerCommands
{
    /// <summary>The name and version of the software.</summary>
    public static readonly byte[] SoftwareName = Encoding.ASCII.GetBytes("ropewalk-" + (typeof(ServerCommands).Assembly.GetName().Version?.ToString(3) ?? "0"));

    /// <summary>MOTD.</summary>
    public static void Motd(IrcNetwork network, IrcUser user, in IrcMessageView message) => SendMotd(network, user);

    /// <summary>LUSERS.</summary>
    public static void LUsers(IrcNetwork network, IrcUser user, in IrcMessageView message) => SendCounts(network, user);

    /// <summary>VERSION.</summary>
    public static void Version(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        network.Reply(user, IrcNumeric.RplVersion, [.. SoftwareName, (byte)' ', .. network.ServerName], Encoding.UTF8.GetBytes(network.Options.Description));
        IrcWelcome.SendFeatures(network, user);
    }

    /// <summary>TIME.</summary>
    public static void Time(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        byte[] time = Encoding.ASCII.GetBytes(network.Now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        network.Reply(user, IrcNumeric.RplTime, network.ServerName, time);
    }

    /// <summary>ADMIN.</summary>
    public static void Admin(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        int[] numerics = [IrcNumeric.RplAdminLoc1, IrcNumeric.RplAdminLoc2, IrcNumeric.RplAdminEmail];
        network.Reply(user, IrcNumeric.RplAdminMe, network.ServerName, "Administrative information"u8);
        for (int i = 0; i < Math.Min(numerics.Length, network.Options.Admin.Count); i++)
        {
            network.Reply(user, numerics[i], default, Encoding.UTF8.GetBytes(network.Options.Admin[i]));
        }
    }

    /// <summary>INFO.</summary>
    public static void Info(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        network.Reply(user, IrcNumeric.RplInfo, default, SoftwareName);
        network.Reply(user, IrcNumeric.RplInfo, default, Encoding.UTF8.GetBytes(network.Options.Description));
        network.Reply(user, IrcNumeric.RplEndOfInfo, default, "End of INFO"u8);
    }

    /// <summary>LINKS: there is one server.</summary>
    public static void Links(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        const int RplLinks = 364;
        const int RplEndOfLinks = 365;
        network.Reply(user, RplLinks, [.. network.ServerName, (byte)' ', .. network.ServerName], [.. "0 "u8, .. Encoding.UTF8.GetBytes(network.Options.Description)]);
        network.Reply(user, RplEndOfLinks, "*"u8, "End of LINKS"u8);
    }

    /// <summary>STATS letter: <c>u</c> for how long the server has run, <c>m</c> for what it has done, <c>k</c> for the bans (operators).</summary>
    public static void Stats(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        const int RplStatsCommands = 212;
        const int RplEndOfStats = 219;
        const int RplStatsUptime = 242;
        byte letter = message[0].IsEmpty || message[0][0] is <= (byte)' ' or (byte)':' or >= 0x7F ? (byte)'*' : message[0][0];
        switch (letter)
        {
            case (byte)'u':
                TimeSpan up = network.Now - network.Created;
                network.Reply(user, RplStatsUptime, default, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Server up {up.Days} days {up:hh\\:mm\\:ss}")));
                break;
            case (byte)'m':
                network.Reply(user, RplStatsCommands, "messages"u8, Encoding.ASCII.GetBytes(network.Counts.Messages.ToString(CultureInfo.InvariantCulture)));
                break;
            case (byte)'k' when user.May(IrcOperatorRights.Ban):
                network.ReplyAtLength(user, BanLines(network, user));
                return;
            case (byte)'k':
                network.Reply(user, IrcNumeric.ErrNoPrivileges, default, "Permission denied: operators only"u8);
                break;
        }

        network.Reply(user, RplEndOfStats, [letter], "End of STATS"u8);
    }

    private static IEnumerable<bool> BanLines(IrcNetwork network, IrcUser user)
    {
        const int RplStatsKLine = 216;
        const int RplEndOfStats = 219;
        foreach (IrcServerBan ban in network.Bans.All.ToArray())
        {
            network.Reply(user, RplStatsKLine, Encoding.UTF8.GetBytes($"{(ban.Kind == IrcServerBanKind.Mask ? 'K' : 'D')} {ban.Mask} {ban.SetBy}"), Encoding.UTF8.GetBytes(ban.Reason));
            yield return true;
        }

        network.Reply(user, RplEndOfStats, "k"u8, "End of STATS"u8);
    }

    /// <summary>HELP [command].</summary>
    public static void Help(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> subject = message[0].IsEmpty ? "index"u8 : message[0];
        if (!message[0].IsEmpty && !(IrcCommands.Find(message[0]) is { } asked && IrcCommands.IsFor(network, user, asked)))
        {
            network.Reply(user, IrcNumeric.ErrHelpNotFound, IrcReplies.Word(subject), "No help for that"u8);
            return;
        }

        network.Reply(user, IrcNumeric.RplHelpStart, subject, "What this server understands"u8);
        IEnumerable<string> names = IrcCommands.All.Where(command => IrcCommands.IsFor(network, user, command)).Select(command => command.Name);
        foreach (string[] some in names.Chunk(8))
        {
            network.Reply(user, IrcNumeric.RplHelpTxt, subject, Encoding.ASCII.GetBytes(string.Join(' ', some)));
        }

        network.Reply(user, IrcNumeric.RplEndOfHelp, subject, "End of HELP"u8);
    }

    /// <summary>Sends the counts of users and channels.</summary>
    public static void SendCounts(IrcNetwork network, IrcUser user)
    {
        IrcCounts counts = network.Counts;
        network.Numeric(user, IrcNumeric.RplLUserClient).Add(":There are "u8).Add(counts.Registered - counts.Invisible).Add(" users and "u8).Add(counts.Invisible).Add(" invisible on 1 server"u8);
        network.Output.Reply();
        SendCount(network, user, IrcNumeric.RplLUserOp, counts.Operators, "operators online"u8);
        SendCount(network, user, IrcNumeric.RplLUserUnknown, counts.Unknown, "connections not registered yet"u8);
        SendCount(network, user, IrcNumeric.RplLUserChannels, network.Channels.Count, "channels formed"u8);
        network.Numeric(user, IrcNumeric.RplLUserMe).Add(":I have "u8).Add(counts.Registered).Add(" clients and 0 servers"u8);
        network.Output.Reply();
        SendCurrent(network, user, IrcNumeric.RplLocalUsers, "Current local users "u8);
        SendCurrent(network, user, IrcNumeric.RplGlobalUsers, "Current global users "u8);
    }

    /// <summary>Sends the message of the day.</summary>
    public static void SendMotd(IrcNetwork network, IrcUser user)
    {
        if (network.Options.Motd.Count == 0)
        {
            network.Reply(user, IrcNumeric.ErrNoMotd, default, "There is no message of the day"u8);
            return;
        }

        network.Numeric(user, IrcNumeric.RplMotdStart).Add(":- "u8).Add(network.ServerName).Add(" message of the day"u8);
        network.Output.Reply();
        foreach (string text in network.Options.Motd)
        {
            network.Numeric(user, IrcNumeric.RplMotd).Add(":- "u8).Add(text);
            network.Output.Reply();
        }

        network.Reply(user, IrcNumeric.RplEndOfMotd, default, "End of MOTD"u8);
    }

    private static void SendCount(IrcNetwork network, IrcUser user, int numeric, int count, ReadOnlySpan<byte> what)
    {
        network.Numeric(user, numeric).Add(count).Add(" :"u8).Add(what);
        network.Output.Reply();
    }

    private static void SendCurrent(IrcNetwork network, IrcUser user, int numeric, ReadOnlySpan<byte> what)
    {
        IrcCounts counts = network.Counts;
        network.Numeric(user, numeric).Add(counts.Registered).Add((byte)' ').Add(counts.MostRegistered).Add(" :"u8).Add(what).Add(counts.Registered).Add(", max "u8).Add(counts.MostRegistered);
        network.Output.Reply();
    }
}
