using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>AWAY, MONITOR, SETNAME: what one tells of oneself, and wants to know of others.</summary>
internal static class PresenceCommands
{
    /// <summary>AWAY [:reason].</summary>
    public static void Away(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> reason = message[0];
        user.Away = reason.IsEmpty ? null : reason[..IrcLineWriter.CharacterBoundary(reason, network.Limits.AwayBytes)].ToArray();
        if (!user.IsRegistered)
        {
            // IRCv3 pre-away: a client that comes back without its person says so at once.
            return;
        }

        if (user.Away is null)
        {
            network.Reply(user, IrcNumeric.RplUnaway, default, "You are no longer marked as being away"u8);
        }
        else
        {
            network.Reply(user, IrcNumeric.RplNowAway, default, "You have been marked as being away"u8);
        }

        IrcLineWriter line = network.Output.BeginUserLine(user).Add("AWAY"u8);
        if (user.Away is not null)
        {
            line.Add(" :"u8).Add(user.Away);
        }

        network.SendToNeighbours(user, with: IrcClientCapabilities.AwayNotify);
        SendToMonitors(network, user, IrcClientCapabilities.AwayNotify);
        network.Output.EndLine();
    }

    /// <summary>SETNAME :real name.</summary>
    public static void SetName(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> name = message[0];
        if (name.IsEmpty || name.Length > network.Limits.RealNameBytes)
        {
            network.Fail(user, "SETNAME"u8, "INVALID_REALNAME"u8, default, "Not a real name that is taken here"u8);
            return;
        }

        user.RealName = name.ToArray();
        network.Output.BeginUserLine(user).Add("SETNAME :"u8).Add(name);
        if (user.Has(IrcClientCapabilities.SetName))
        {
            network.Output.Reply();
        }

        network.SendToNeighbours(user, with: IrcClientCapabilities.SetName);
        SendToMonitors(network, user, IrcClientCapabilities.SetName);
        network.Output.EndLine();
    }

    /// <summary>MONITOR + targets, - targets, C, L, S. <b>Spec</b>: IRCv3 monitor.</summary>
    public static void Monitor(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        switch (message[0].IsEmpty ? (byte)0 : message[0][0] & 0xDF)
        {
            case '+' & 0xDF:
                Add(network, user, message[1]);
                break;
            case '-' & 0xDF:
                foreach (ReadOnlySpan<byte> nick in new IrcList(message[1]))
                {
                    network.Monitors.Remove(user, nick.ToArray());
                }

                break;
            case 'C':
                network.Monitors.RemoveAll(user);
                break;
            case 'L':
                SendList(network, user, IrcNumeric.RplMonList, [.. user.Monitored ?? []]);
                network.Reply(user, IrcNumeric.RplEndOfMonList, default, "End of MONITOR list"u8);
                break;
            case 'S':
                SendStatus(network, user, [.. user.Monitored ?? []]);
                break;
            default:
                network.Reply(user, IrcNumeric.ErrUnknownError, "MONITOR"u8, "Unknown subcommand"u8);
                break;
        }
    }

    /// <summary>Sends the present line to those who monitor its user; neighbours have heard it already. <b>Spec</b>: IRCv3 extended-monitor.</summary>
    public static void SendToMonitors(IrcNetwork network, IrcUser user, IrcClientCapabilities with)
    {
        foreach (IrcUser watcher in network.Monitors.Of(user.Nick))
        {
            if (watcher.Has(IrcClientCapabilities.ExtendedMonitor | with) && !ReferenceEquals(user, watcher) && !SharesChannel(user, watcher))
            {
                network.Output.SendTo(watcher);
            }
        }
    }

    private static bool SharesChannel(IrcUser user, IrcUser other) => user.Channels.Exists(membership => other.In(membership.Channel) is not null);

    private static void Add(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> nicks)
    {
        var added = new List<byte[]>();
        var refused = new List<byte[]>();
        foreach (ReadOnlySpan<byte> given in new IrcList(nicks))
        {
            byte[] nick = given.ToArray();
            if (!IrcNames.IsNick(nick, network.Limits.NickBytes))
            {
                continue;
            }

            if (user.Monitored?.Contains(nick) != true && user.Monitored?.Count >= network.Limits.Monitored)
            {
                refused.Add(nick);
                continue;
            }

            network.Monitors.Add(user, nick);
            added.Add(nick);
        }

        SendStatus(network, user, added);
        if (refused.Count > 0)
        {
            // They came in one line behind fewer words; what does not fit is cut between two of them by the client's own limit.
            network.Numeric(user, IrcNumeric.ErrMonListFull).Add(network.Limits.Monitored).Add((byte)' ').Add(string.Join(',', refused.Select(Encoding.ASCII.GetString))).Add(" :Monitor list is full"u8);
            network.Output.Reply();
        }
    }

    private static void SendStatus(IrcNetwork network, IrcUser user, List<byte[]> nicks)
    {
        SendList(network, user, IrcNumeric.RplMonOnline, [.. nicks.Select(nick => network.FindUser(nick)).OfType<IrcUser>().Select(found => found.Source[1..^1])]);
        SendList(network, user, IrcNumeric.RplMonOffline, [.. nicks.Where(nick => network.FindUser(nick) is null)]);
    }

    private static void SendList(IrcNetwork network, IrcUser user, int numeric, List<byte[]> words)
    {
        IrcLineWriter? line = null;
        foreach (byte[] word in words)
        {
            if (line is not null && line.Room < word.Length + 1)
            {
                network.Output.Reply();
                line = null;
            }

            line = line is null ? network.Numeric(user, numeric).Add((byte)':') : line.Add((byte)',');
            line.Add(word);
        }

        if (line is not null)
        {
            network.Output.Reply();
        }
    }
}
