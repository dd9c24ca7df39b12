using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>LIST: the channels that may be seen.</summary>
internal static class ListCommands
{
    // Each is held against each channel.
    private const int MostConditions = 10;

    /// <summary>LIST [channel{,channel}] or conditions: <c>&gt;n</c>, <c>&lt;n</c> members, <c>mask</c>, <c>!mask</c>, <c>C&gt;n</c> and <c>T&gt;n</c> minutes. <b>Spec</b>: numeric 005's ELIST.</summary>
    public static void List(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        string[] conditions = [.. Encoding.UTF8.GetString(message[0]).Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostConditions)];
        network.ReplyAtLength(user, Lines(network, user, conditions));
    }

    private static IEnumerable<bool> Lines(IrcNetwork network, IrcUser user, string[] conditions)
    {
        // Several names or masks: one of them is enough.
        byte[][] masks = [.. conditions.Where(IsMask).Select(Encoding.UTF8.GetBytes)];
        network.Reply(user, IrcNumeric.RplListStart, "Channel"u8, "Users  Name"u8);
        yield return true;
        foreach (IrcChannel channel in network.Channels.Values.ToArray())
        {
            if (!user.MayKnowOf(channel) || channel.Members.Count == 0 || !conditions.All(condition => Fits(channel, condition, network.Now)) || !(masks.Length == 0 || masks.Any(mask => IrcMask.Matches(mask, channel.Name))))
            {
                // A step too: a list of nothing is as much work as one of everything.
                yield return false;
                continue;
            }

            network.Numeric(user, IrcNumeric.RplList).Add(channel.Name).Add((byte)' ').Add(channel.Members.Count).Add(" :"u8).Add(channel.Topic ?? []);
            network.Output.Reply();
            yield return true;
        }

        network.Reply(user, IrcNumeric.RplListEnd, default, "End of LIST"u8);
    }

    private static bool Fits(IrcChannel channel, string condition, DateTimeOffset now) => condition[0] switch
    {
        '>' => channel.Members.Count > Number(condition, 1),
        '<' => channel.Members.Count < Number(condition, 1),
        '!' => !IrcMask.Matches(Encoding.UTF8.GetBytes(condition[1..]), channel.Name),
        'C' or 'c' when condition.Length > 1 && (condition[1] is '<' or '>') => IsOlder(channel.Created, condition, now),
        'T' or 't' when condition.Length > 1 && (condition[1] is '<' or '>') => channel.Topic is not null && IsOlder(channel.TopicSetAt, condition, now),
        _ => true,
    };

    private static bool IsMask(string condition) => condition[0] is not ('>' or '<' or '!') && !(condition.Length > 1 && (condition[0] is 'C' or 'c' or 'T' or 't') && (condition[1] is '<' or '>'));

    private static bool IsOlder(DateTimeOffset time, string condition, DateTimeOffset now)
    {
        bool isOlder = (now - time).TotalMinutes > Number(condition, 2);
        return condition[1] == '>' ? isOlder : !isOlder;
    }

    private static int Number(string condition, int from) => int.TryParse(condition.AsSpan(from), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
