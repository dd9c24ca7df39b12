using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>CHATHISTORY. <b>Spec</b>: IRCv3 draft/chathistory.</summary>
internal static class HistoryCommands
{
    private static ReadOnlySpan<byte> Name => "CHATHISTORY"u8;

    /// <summary>CHATHISTORY LATEST, BEFORE, AFTER, AROUND target reference limit; BETWEEN target reference reference limit; TARGETS time time limit.</summary>
    public static void ChatHistory(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        string verb = Encoding.ASCII.GetString(message[0]).ToUpperInvariant();
        int needed = verb == "BETWEEN" ? 5 : 4;
        if (message.ParameterCount < needed)
        {
            network.Fail(user, Name, "NEED_MORE_PARAMS"u8, IrcReplies.Word(message[0]), "Not enough parameters"u8);
        }
        else if (!int.TryParse(message[needed - 1], NumberStyles.None, CultureInfo.InvariantCulture, out int limit) || limit == 0)
        {
            network.Fail(user, Name, "INVALID_PARAMS"u8, Encoding.ASCII.GetBytes(verb), "Not a number of messages"u8);
        }
        else if (verb == "TARGETS")
        {
            Targets(network, user, message, Math.Min(limit, network.Limits.HistoryPerRequest));
        }
        else if (verb is not ("LATEST" or "BEFORE" or "AFTER" or "AROUND" or "BETWEEN"))
        {
            network.Fail(user, Name, "INVALID_PARAMS"u8, IrcReplies.Word(message[0]), "Unknown subcommand"u8);
        }
        else
        {
            OfTarget(network, user, message, verb, Math.Min(limit, network.Limits.HistoryPerRequest));
        }
    }

    private static void OfTarget(IrcNetwork network, IrcUser user, in IrcMessageView message, string verb, int limit)
    {
        IrcChannel? channel = network.FindChannel(message[1]);
        if (channel is null || !MayRead(user, channel))
        {
            network.Fail(user, Name, "INVALID_TARGET"u8, [.. Encoding.ASCII.GetBytes(verb), (byte)' ', .. IrcReplies.Word(message[1])], "Messages cannot be read there"u8);
            return;
        }

        IrcHistory history = channel.History ?? new IrcHistory(0, 0);
        IrcHistoryPlace second = default;
        if (!TryFind(history, message[2], verb == "LATEST", out IrcHistoryPlace first) || (verb == "BETWEEN" && !TryFind(history, message[3], allowsAny: false, out second)))
        {
            network.Fail(user, Name, "INVALID_MSGREFTYPE"u8, [.. Encoding.ASCII.GetBytes(verb), (byte)' ', .. channel.Name], "Not a msgid or a timestamp"u8);
            return;
        }

        if (first.IsMissing || second.IsMissing)
        {
            network.Fail(user, Name, "MESSAGE_ERROR"u8, [.. Encoding.ASCII.GetBytes(verb), (byte)' ', .. channel.Name], "That message is not kept"u8);
            return;
        }

        (int from, int to) = Select(history, verb, first, second, limit);
        network.ReplyAtLength(user, Lines(network, user, channel, history, history.FirstNumber + from, history.FirstNumber + to));
    }

    // From is taken, to is not.
    private static (int From, int To) Select(IrcHistory history, string verb, IrcHistoryPlace first, IrcHistoryPlace second, int limit)
    {
        switch (verb)
        {
            case "LATEST":
                return (Math.Max(first.IsAny ? 0 : first.After, history.Count - limit), history.Count);
            case "BEFORE":
                return (Math.Max(0, first.Before - limit), first.Before);
            case "AFTER":
                return (first.After, Math.Min(history.Count, first.After + limit));
            case "AROUND":
                int start = Math.Max(0, Math.Min(first.Before - (limit / 2), history.Count - limit));
                return (start, Math.Min(history.Count, start + limit));
            default:
                // From the first reference on, forwards or backwards.
                return first.Before <= second.Before
                    ? (first.After, Math.Max(first.After, Math.Min(second.Before, first.After + limit)))
                    : (Math.Min(first.Before, Math.Max(second.After, first.Before - limit)), first.Before);
        }
    }

    private static bool TryFind(IrcHistory history, ReadOnlySpan<byte> reference, bool allowsAny, out IrcHistoryPlace place)
    {
        place = default;
        if (reference.SequenceEqual("*"u8))
        {
            place = new IrcHistoryPlace(0, 0, IsAny: true);
            return allowsAny;
        }

        if (reference.StartsWith("msgid="u8))
        {
            int index = history.Find(reference["msgid="u8.Length..]);
            place = index < 0 ? new IrcHistoryPlace(0, 0, IsMissing: true) : new IrcHistoryPlace(index, index + 1);
            return true;
        }

        if (reference.StartsWith("timestamp="u8) && TryParseTime(reference["timestamp="u8.Length..], out DateTimeOffset time))
        {
            // Messages of just that millisecond are neither before it nor after it.
            place = new IrcHistoryPlace(history.FirstNotBefore(time), history.FirstAfter(time));
            return true;
        }

        return false;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            Encoding.ASCII.GetString(text),
            ["yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out time);

    // Each step sends one message. Between two steps others may speak, and the oldest messages go: so messages are counted from the first that there ever was.
    private static IEnumerable<bool> Lines(IrcNetwork network, IrcUser user, IrcChannel channel, IrcHistory history, long from, long to)
    {
        byte[]? batch = network.BeginBatch(user, "chathistory"u8, channel.Name);
        for (long number = from; number < to && MayRead(user, channel); number++)
        {
            if (number >= history.FirstNumber)
            {
                network.Output.SetInnerBatch(batch);
                SendOne(network, channel, history.Read((int)(number - history.FirstNumber)));
                network.Output.SetInnerBatch(null);
                yield return true;
            }
        }

        network.EndBatch(batch);
    }

    private static bool MayRead(IrcUser user, IrcChannel channel) => user.In(channel) is not null || user.May(IrcOperatorRights.Audit);

    private static void SendOne(IrcNetwork network, IrcChannel channel, in IrcHistoryMessage message)
    {
        MessageCommands.BeginKept(network, channel, message, message.Account.IsEmpty ? null : message.Account.ToArray());
        network.Output.Reply();
    }

    private static void Targets(IrcNetwork network, IrcUser user, in IrcMessageView message, int limit)
    {
        if (!TryTime(message[1], out DateTimeOffset one) || !TryTime(message[2], out DateTimeOffset other))
        {
            network.Fail(user, Name, "INVALID_PARAMS"u8, "TARGETS"u8, "Not a timestamp"u8);
            return;
        }

        network.ReplyAtLength(user, one <= other ? TargetLines(network, user, one, other, limit) : TargetLines(network, user, other, one, limit));
    }

    private static IEnumerable<bool> TargetLines(IrcNetwork network, IrcUser user, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        (byte[] Channel, DateTimeOffset Time)[] found =
        [
            .. user.Channels
                .Where(membership => membership.Channel.History is { Count: > 0 })
                .Select(membership => (membership.Channel.Name, membership.Channel.History![membership.Channel.History.Count - 1].Time))
                .Where(target => target.Time > from && target.Time < to)
                .OrderBy(target => target.Time)
                .Take(limit),
        ];
        byte[]? batch = network.BeginBatch(user, "draft/chathistory-targets"u8);
        byte[] text = new byte[24];
        foreach ((byte[] channel, DateTimeOffset time) in found)
        {
            IrcOutput.WriteTime(time, text);
            network.Output.SetInnerBatch(batch);
            network.Output.BeginServerLine().Add("CHATHISTORY TARGETS "u8).Add(channel).Add((byte)' ').Add(text);
            network.Output.Reply();
            network.Output.SetInnerBatch(null);
            yield return true;
        }

        network.EndBatch(batch);
    }

    private static bool TryTime(ReadOnlySpan<byte> reference, out DateTimeOffset time)
    {
        time = default;
        return reference.StartsWith("timestamp="u8) && TryParseTime(reference["timestamp="u8.Length..], out time);
    }
}
