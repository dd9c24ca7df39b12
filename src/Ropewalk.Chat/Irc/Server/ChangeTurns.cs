using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Lines up changes in rows, one for each channel and one for all bans: one at a time, to its end, in the store as in the network. One row never waits for another.</summary>
internal sealed class ChangeTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], TaskCompletionSource> _last = new(IrcCaseMapping.Ascii);

    /// <summary>Takes a place behind who is there.</summary>
    /// <param name="row">The name of the row.</param>
    /// <param name="before">Completes when one's turn has come.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public TaskCompletionSource Enter(byte[] row, out Task before)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            before = _last.TryGetValue(row, out TaskCompletionSource? last) ? last.Task : Task.CompletedTask;
            _last[row] = turn;
        }

        return turn;
    }

    /// <summary>Ends a turn that has come.</summary>
    public void Leave(byte[] row, TaskCompletionSource turn)
    {
        lock (_lock)
        {
            if (_last.TryGetValue(row, out TaskCompletionSource? last) && ReferenceEquals(last, turn))
            {
                _last.Remove(row);
            }
        }

        turn.SetResult();
    }
}
