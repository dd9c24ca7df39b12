using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Greets who has registered: numerics 001 to 005, the counts, the message of the day.</summary>
internal static class IrcWelcome
{
    private const int TokensPerLine = 12;

    /// <summary>Sends the greeting.</summary>
    public static void Send(IrcNetwork network, IrcUser user)
    {
        network.Numeric(user, IrcNumeric.RplWelcome).Add(":Welcome to the "u8).Add(network.NetworkName).Add(" IRC network, "u8).Add(user.Source.AsSpan(1, user.Source.Length - 2));
        network.Output.Reply();
        network.Numeric(user, IrcNumeric.RplYourHost).Add(":Your host is "u8).Add(network.ServerName).Add(", running "u8).Add(ServerCommands.SoftwareName);
        network.Output.Reply();
        network.Numeric(user, IrcNumeric.RplCreated).Add(":This server was started "u8).Add(network.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).Add(" UTC"u8);
        network.Output.Reply();
        network.Numeric(user, IrcNumeric.RplMyInfo).Add(network.ServerName).Add((byte)' ').Add(ServerCommands.SoftwareName).Add((byte)' ')
            .Add(IrcModeLetters.UserLetters).Add((byte)' ').Add(IrcModeLetters.ChannelLetters).Add((byte)' ').Add(IrcModeLetters.ParameterLetters);
        network.Output.Reply();
        SendFeatures(network, user);
        ServerCommands.SendCounts(network, user);
        ServerCommands.SendMotd(network, user);
        if (user.Modes != IrcUserModes.None)
        {
            network.Output.BeginServerLine().Add("MODE "u8).Add(user.Nick).Add(" :+"u8).Add(IrcModeLetters.Spell(user.Modes));
            network.Output.Reply();
        }
    }

    /// <summary>Sends what clients must know of the network: numeric 005.</summary>
    public static void SendFeatures(IrcNetwork network, IrcUser user)
    {
        byte[][] lines = network.FeatureLines;
        foreach (byte[] tokens in lines)
        {
            network.Numeric(user, IrcNumeric.RplISupport).Add(tokens).Add(" :are supported by this server"u8);
            network.Output.Reply();
        }
    }

    /// <summary>Spells the features, some to a line.</summary>
    public static byte[][] SpellFeatures(IrcNetworkOptions options) =>
        [.. Features(options).Chunk(TokensPerLine).Select(tokens => Encoding.ASCII.GetBytes(string.Join(' ', tokens)))];

    private static IEnumerable<string> Features(IrcNetworkOptions options)
    {
        IrcNetworkLimits limits = options.Limits;
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"AWAYLEN={limits.AwayBytes}"),
            "BOT=B",
            "CASEMAPPING=ascii",
            string.Create(CultureInfo.InvariantCulture, $"CHANLIMIT=#:{limits.ChannelsPerUser}"),
            "CHANMODES=" + IrcModeLetters.ChannelModeClasses,
            string.Create(CultureInfo.InvariantCulture, $"CHANNELLEN={limits.ChannelNameBytes}"),
            "CHANTYPES=#",
            .. limits.HistoryMessages == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"CHATHISTORY={limits.HistoryPerRequest}"), "MSGREFTYPES=msgid,timestamp"],
            "ELIST=MNUCT",
            "EXCEPTS=e",
            "EXTBAN=,Rm",
            string.Create(CultureInfo.InvariantCulture, $"HOSTLEN=64"),
            "INVEX=I",
            string.Create(CultureInfo.InvariantCulture, $"KEYLEN={limits.KeyBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"KICKLEN={limits.KickBytes}"),
            "LINELEN=512",
            string.Create(CultureInfo.InvariantCulture, $"MAXLIST=beI:{limits.ListEntries}"),
            string.Create(CultureInfo.InvariantCulture, $"MAXTARGETS={limits.MessageTargets}"),
            string.Create(CultureInfo.InvariantCulture, $"MODES={limits.ModesPerCommand}"),
            string.Create(CultureInfo.InvariantCulture, $"MONITOR={limits.Monitored}"),
            string.Create(CultureInfo.InvariantCulture, $"NAMELEN={limits.RealNameBytes}"),
            "NETWORK=" + options.NetworkName,
            string.Create(CultureInfo.InvariantCulture, $"NICKLEN={limits.NickBytes}"),
            "PREFIX=(qaohv)~&@%+",
            "SAFELIST",
            "STATUSMSG=~&@%+",
            string.Create(CultureInfo.InvariantCulture, $"TARGMAX=JOIN:,KICK:,NAMES:,NOTICE:{limits.MessageTargets},PART:,PRIVMSG:{limits.MessageTargets},TAGMSG:{limits.MessageTargets},WHOIS:1"),
            string.Create(CultureInfo.InvariantCulture, $"TOPICLEN={limits.TopicBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"USERLEN={limits.UserNameBytes}"),
            "UTF8ONLY",
            "WHOX",
        ];
    }
}
