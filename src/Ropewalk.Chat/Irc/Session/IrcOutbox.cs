using System.Buffers;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Holds what is to be sent, and lets it out as fast as the pacing allows. What keeps the connection alive goes first and at once.</summary>
internal sealed class IrcOutbox(IrcPacing pacing, int capacity)
{
    private static readonly IrcMessageEncoder Encoder = new();

    private readonly Queue<(IrcMessage Message, IrcRequest? Request)> _waiting = new();
    private readonly ArrayBufferWriter<byte> _urgent = new();
    private TimeSpan _timer;

    /// <summary>Gets when the next line may go; null if none waits.</summary>
    public TimeSpan? NextAt => _waiting.Count == 0 ? null : _timer + pacing.Penalty - pacing.Ahead;

    public int Count => _waiting.Count;

    /// <summary>Says something at once, before all that waits.</summary>
    public void Say(IrcMessage message) => Encoder.Encode(message, _urgent);

    /// <summary>Adds a line to those that wait; false if there are too many.</summary>
    public bool TryAdd(IrcMessage message, IrcRequest? request = null)
    {
        if (_waiting.Count >= capacity)
        {
            return false;
        }

        _waiting.Enqueue((message, request));
        return true;
    }

    public void FlushUrgent(IBufferWriter<byte> output)
    {
        if (_urgent.WrittenCount > 0)
        {
            output.Write(_urgent.WrittenSpan);
            _urgent.ResetWrittenCount();
        }
    }

    /// <summary>Takes the next line if it may go now.</summary>
    public bool TryTake(TimeSpan now, out (IrcMessage Message, IrcRequest? Request) next)
    {
        while (_waiting.TryPeek(out next) && next.Request is { IsOver: true })
        {
            // whoever asked has given up meanwhile
            _waiting.Dequeue();
        }

        // RFC 1459 §8.10: the timer is never in the past, and each message adds its penalty.
        _timer = _timer < now ? now : _timer;
        if (_waiting.Count == 0 || _timer + pacing.Penalty > now + pacing.Ahead)
        {
            return false;
        }

        _timer += pacing.Penalty;
        next = _waiting.Dequeue();
        return true;
    }

    /// <summary>Empties the queue: nothing will be sent any more.</summary>
    public IEnumerable<IrcRequest> Drain()
    {
        IrcRequest[] unsent = [.. _waiting.Select(line => line.Request).OfType<IrcRequest>()];
        _waiting.Clear();
        return unsent;
    }

    public static void Write(IrcMessage message, IBufferWriter<byte> output) => Encoder.Encode(message, output);
}
