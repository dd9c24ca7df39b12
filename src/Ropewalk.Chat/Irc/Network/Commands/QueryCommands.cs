using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>ISON, USERHOST, WHOIS, WHOWAS: questions about a few users.</summary>
internal static class QueryCommands
{
    /// <summary>ISON nickname{ nickname}.</summary>
    public static void IsOn(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        var found = new List<byte[]>();
        for (int i = 0; i < message.ParameterCount; i++)
        {
            foreach (Range range in SplitWords(message[i]))
            {
                if (network.FindUser(message[i][range]) is { } one)
                {
                    found.Add(one.Nick);
                }
            }
        }

        IrcLineWriter line = network.Numeric(user, IrcNumeric.RplIsOn).Add((byte)':');
        for (int i = 0; i < found.Count && line.Room > found[i].Length; i++)
        {
            line.Add(i == 0 ? ""u8 : " "u8).Add(found[i]);
        }

        network.Output.Reply();
    }

    /// <summary>USERHOST nickname{ nickname}, at most five.</summary>
    public static void UserHost(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        var answers = new List<byte[]>();
        for (int i = 0; i < Math.Min(5, message.ParameterCount); i++)
        {
            if (network.FindUser(message[i]) is { } one)
            {
                answers.Add([.. one.Nick, .. one.IsOperator ? "*="u8 : "="u8, one.Away is null ? (byte)'+' : (byte)'-', .. one.UserName, (byte)'@', .. ReferenceEquals(one, user) && one.Peer.IsCloaked ? one.Peer.RealHost : one.Host]);
            }
        }

        IrcLineWriter line = network.Numeric(user, IrcNumeric.RplUserHost).Add((byte)':');
        for (int i = 0; i < answers.Count && line.Room > answers[i].Length; i++)
        {
            line.Add(i == 0 ? ""u8 : " "u8).Add(answers[i]);
        }

        network.Output.Reply();
    }

    /// <summary>WHOIS [server] nickname.</summary>
    public static void Whois(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> nick = message.ParameterCount > 1 ? message[1] : message[0];
        int comma = nick.IndexOf((byte)',');
        nick = comma < 0 ? nick : nick[..comma];
        if (nick.IsEmpty)
        {
            network.Reply(user, IrcNumeric.ErrNoNicknameGiven, default, "No nickname given"u8);
            return;
        }

        if (network.FindUser(nick) is { } subject)
        {
            SendWhois(network, user, subject);
        }
        else
        {
            network.NoSuchNick(user, nick);
        }

        network.Reply(user, IrcNumeric.RplEndOfWhois, IrcReplies.Word(nick), "End of WHOIS"u8);
    }

    /// <summary>WHOWAS nickname [count].</summary>
    public static void WhoWas(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (message[0].IsEmpty)
        {
            network.Reply(user, IrcNumeric.ErrNoNicknameGiven, default, "No nickname given"u8);
            return;
        }

        int most = int.TryParse(message[1], NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked is > 0 and < 20 ? asked : 20;
        List<IrcWhoWas.Entry> found = [.. network.WhoWas.Find(message[0].ToArray()).Take(most)];
        foreach (IrcWhoWas.Entry entry in found)
        {
            network.Numeric(user, IrcNumeric.RplWhoWasUser).Add(entry.Nick).Add((byte)' ').Add(entry.UserName).Add((byte)' ').Add(entry.Host).Add(" * :"u8).Add(entry.RealName);
            network.Output.Reply();
            network.Numeric(user, IrcNumeric.RplWhoisServer).Add(entry.Nick).Add((byte)' ').Add(network.ServerName).Add(" :"u8)
                .Add(entry.GoneAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
            network.Output.Reply();
        }

        if (found.Count == 0)
        {
            network.Reply(user, IrcNumeric.ErrWasNoSuchNick, IrcReplies.Word(message[0]), "There was no such nickname"u8);
        }

        network.Reply(user, IrcNumeric.RplEndOfWhoWas, IrcReplies.Word(message[0]), "End of WHOWAS"u8);
    }

    private static void SendWhois(IrcNetwork network, IrcUser user, IrcUser subject)
    {
        network.Numeric(user, IrcNumeric.RplWhoisUser).Add(subject.Nick).Add((byte)' ').Add(subject.UserName).Add((byte)' ').Add(subject.Host).Add(" * :"u8).Add(subject.RealName);
        network.Output.Reply();
        SendChannels(network, user, subject);
        network.Reply(user, IrcNumeric.RplWhoisServer, [.. subject.Nick, (byte)' ', .. network.ServerName], Encoding.UTF8.GetBytes(network.Options.Description));
        if (subject.IsOperator)
        {
            network.Reply(user, IrcNumeric.RplWhoisOperator, subject.Nick, "is an operator of this network"u8);
        }

        if ((subject.Modes & IrcUserModes.Bot) != 0)
        {
            network.Reply(user, IrcNumeric.RplWhoisBot, subject.Nick, "is a bot"u8);
        }

        if (subject.Account is not null)
        {
            network.Reply(user, IrcNumeric.RplWhoisAccount, [.. subject.Nick, (byte)' ', .. subject.Account], "is logged in as"u8);
        }

        if (subject.Peer.IsSecure)
        {
            network.Reply(user, IrcNumeric.RplWhoisSecure, subject.Nick, "is using a secure connection"u8);
        }

        if (ReferenceEquals(user, subject) || user.May(IrcOperatorRights.Audit))
        {
            SendSecrets(network, user, subject);
        }

        if (subject.Away is not null)
        {
            network.Reply(user, IrcNumeric.RplAway, subject.Nick, subject.Away);
        }

        network.Numeric(user, IrcNumeric.RplWhoisIdle).Add(subject.Nick).Add((byte)' ').Add((long)(network.Now - subject.LastActive).TotalSeconds)
            .Add((byte)' ').Add(subject.SignedOn.ToUnixTimeSeconds()).Add(" :seconds idle, signon time"u8);
        network.Output.Reply();
    }

    private static void SendSecrets(IrcNetwork network, IrcUser user, IrcUser subject)
    {
        if (subject.Peer.Address is not null)
        {
            network.Reply(user, IrcNumeric.RplWhoisHost, subject.Nick, [.. "is connecting from "u8, .. subject.Peer.RealHost]);
        }

        if (subject.Peer.CertificateFingerprint is { } fingerprint)
        {
            network.Reply(user, IrcNumeric.RplWhoisCertFp, subject.Nick, Encoding.ASCII.GetBytes("has client certificate fingerprint " + fingerprint));
        }
    }

    private static void SendChannels(IrcNetwork network, IrcUser user, IrcUser subject)
    {
        IrcLineWriter? line = null;
        foreach (IrcMembership membership in subject.Channels)
        {
            IrcChannel channel = membership.Channel;
            bool isHidden = channel.Has(IrcChannelModes.Secret) || (subject.Modes & IrcUserModes.Invisible) != 0;
            if (isHidden && !ReferenceEquals(user, subject) && user.In(channel) is null && !user.May(IrcOperatorRights.Audit))
            {
                continue;
            }

            if (line is not null && line.Room < channel.Name.Length + 6)
            {
                network.Output.Reply();
                line = null;
            }

            line = line is null ? network.Numeric(user, IrcNumeric.RplWhoisChannels).Add(subject.Nick).Add(" :"u8) : line.Add((byte)' ');
            IrcModeLetters.AddPrefixes(line, membership.Modes, user.Has(IrcClientCapabilities.MultiPrefix));
            line.Add(channel.Name);
        }

        if (line is not null)
        {
            network.Output.Reply();
        }
    }

    private static List<Range> SplitWords(ReadOnlySpan<byte> words)
    {
        var ranges = new List<Range>();
        foreach (Range range in words.Split((byte)' '))
        {
            ranges.Add(range);
        }

        return ranges;
    }
}
