using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Lets users go, in each of the ways in which they do.</summary>
internal static class IrcLeaving
{
    /// <summary>Says whether an operator may do something.</summary>
    public static bool May(this IrcUser user, IrcOperatorRights right) => user.IsOperator && user.OperatorBlock is { } block && (block.Rights & right) == right;

    /// <summary>Tells a user why, and ends its connection.</summary>
    public static void CloseWithError(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> reason)
    {
        if (user.IsGone)
        {
            return;
        }

        network.Output.BeginBareLine().Add("ERROR :Closing link: ("u8).Add(user.UserName.Length == 0 ? "*"u8 : user.UserName).Add((byte)'@').Add(user.Host).Add(") ["u8).Add(reason).Add((byte)']');
        network.Output.SendTo(user);
        network.Remove(user, reason.ToArray());
        network.CloseAtEndOfTurn(user, Encoding.UTF8.GetString(reason));
    }

    /// <summary>Takes a user out of everything, and tells those who shared a channel.</summary>
    public static void Remove(this IrcNetwork network, IrcUser user, byte[] reason)
    {
        if (user.IsGone)
        {
            return;
        }

        user.IsGone = true;
        network.Monitors.RemoveAll(user);
        if (user.IsRegistered && !network.IsStopping)
        {
            network.Output.BeginUserLine(user).Add("QUIT :"u8).Add(reason);
            network.SendToNeighbours(user);
            network.Output.EndLine();
            network.WhoWas.Add(user, network.Now, network.Limits.WhoWasEntries);
            network.TellMonitors(user.Nick, isOnline: false, user);
        }

        if (user.IsRegistered)
        {
            Count(network, user, -1);
        }
        else
        {
            network.Counts.Unknown--;
        }

        network.LeaveAll(user);
        network.FreeNick(user);
    }

    /// <summary>Takes a user out of all channels without a word.</summary>
    public static void LeaveAll(this IrcNetwork network, IrcUser user)
    {
        while (user.Channels.Count > 0)
        {
            IrcMembership membership = user.Channels[^1];
            membership.Channel.Remove(membership);
            network.RemoveIfEmpty(membership.Channel);
        }
    }

    /// <summary>Counts a registered user in or out.</summary>
    public static void Count(IrcNetwork network, IrcUser user, int change)
    {
        network.Counts.Registered += change;
        network.Counts.Invisible += (user.Modes & IrcUserModes.Invisible) != 0 ? change : 0;
        network.Counts.Operators += user.IsOperator ? change : 0;
        network.Counts.MostRegistered = Math.Max(network.Counts.MostRegistered, network.Counts.Registered);
    }

    /// <summary>Tells those who monitor a nickname that it has come or gone.</summary>
    public static void TellMonitors(this IrcNetwork network, byte[] nick, bool isOnline, IrcUser user)
    {
        IReadOnlyList<IrcUser> watchers = network.Monitors.Of(nick);
        for (int i = 0; i < watchers.Count; i++)
        {
            IrcLineWriter line = network.Numeric(watchers[i], isOnline ? IrcNumeric.RplMonOnline : IrcNumeric.RplMonOffline).Add((byte)':');
            _ = isOnline ? line.Add(user.Source.AsSpan(1, user.Source.Length - 2)) : line.Add(nick);
            network.Output.SendTo(watchers[i]);
        }
    }
}
