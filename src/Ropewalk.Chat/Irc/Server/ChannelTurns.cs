using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Lines up the changes of each channel: one at a time, to its end, in the store as in the network. One channel never waits for another's.</summary>
internal sealed class ChannelTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], TaskCompletionSource> _last = new(IrcCaseMapping.Ascii);

    /// <summary>Takes a place behind who is there.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="before">Completes when one's turn has come.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public TaskCompletionSource Enter(byte[] channel, out Task before)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            before = _last.TryGetValue(channel, out TaskCompletionSource? last) ? last.Task : Task.CompletedTask;
            _last[channel] = turn;
        }

        return turn;
    }

    /// <summary>Ends a turn that has come.</summary>
    public void Leave(byte[] channel, TaskCompletionSource turn)
    {
        lock (_lock)
        {
            if (_last.TryGetValue(channel, out TaskCompletionSource? last) && ReferenceEquals(last, turn))
            {
                _last.Remove(channel);
            }
        }

        turn.SetResult();
    }
}
