using System.Threading.Tasks.Sources;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>
/// Wakes one waiting loop, without allocating: an auto-reset event. Everything that can happen to a conversation sets a flag of its own and then this.
/// </summary>
/// <param name="turn">The connection's own turn, where it has a loop: what others wake runs there; null for the thread pool.</param>
internal sealed class WakeSignal(ITransportTurnFeature? turn = null) : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <summary>Waits for the next signal. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _source.Version);
        }

        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    /// <summary>Signals. Several before the next wait are one.</summary>
    /// <param name="inline">True if the waiter may run on this call's stack: for what comes from the transport or a timer, never for what a caller of ours does.</param>
    public void Set(bool inline)
    {
        if (Interlocked.Exchange(ref _state, Signalled) != Waiting)
        {
            return;
        }

        // A signal that comes between these lines is not lost: its flag was set before, and the waiter looks at all flags.
        Volatile.Write(ref _state, Idle);
        if (!inline && turn is not null)
        {
            turn.Post(static self => ((WakeSignal)self!).Resume(inline: true), this);
            return;
        }

        Resume(inline);
    }

    private void Resume(bool inline)
    {
        _source.RunContinuationsAsynchronously = !inline;
        _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
