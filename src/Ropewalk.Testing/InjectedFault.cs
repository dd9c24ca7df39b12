namespace Ropewalk.Testing;

/// <summary>Is a fault in force. Disposing it removes it; commands that it holds back go on.</summary>
public sealed class InjectedFault : IDisposable
{
    private readonly Func<ReceivedCommand, bool> _match;
    private readonly Action<InjectedFault> _remove;
    private readonly int _times;
    private readonly TaskCompletionSource _removed = new();
    private int _hits;

    internal InjectedFault(CommandFault fault, Func<ReceivedCommand, bool> match, int times, Action<InjectedFault> remove)
    {
        Fault = fault;
        _match = match;
        _times = times;
        _remove = remove;
    }

    /// <summary>Gets what happens.</summary>
    public CommandFault Fault { get; }

    /// <summary>Gets how many commands it has hit.</summary>
    public int Hits => Volatile.Read(ref _hits);

    internal Task Removed => _removed.Task;

    /// <summary>Removes it.</summary>
    public void Dispose()
    {
        _remove(this);
        _removed.TrySetResult();
    }

    internal bool TryHit(ReceivedCommand command)
    {
        if (Hits >= _times || !_match(command))
        {
            return false;
        }

        // Two connections may get here together; only as many hits as there are times count.
        if (Interlocked.Increment(ref _hits) <= _times)
        {
            return true;
        }

        Interlocked.Decrement(ref _hits);
        return false;
    }
}
