namespace Ropewalk.Testing;

/// <summary>Is a fault of datagrams in force. Disposing it removes it; what it has made late arrives all the same.</summary>
public sealed class InjectedDatagramFault : IDisposable
{
    private readonly Func<SentDatagram, bool> _match;
    private readonly Action<InjectedDatagramFault> _remove;
    private readonly int _times;
    private int _hits;

    internal InjectedDatagramFault(DatagramFault fault, Func<SentDatagram, bool> match, int times, Action<InjectedDatagramFault> remove)
    {
        Fault = fault;
        _match = match;
        _times = times;
        _remove = remove;
    }

    /// <summary>Gets what happens.</summary>
    public DatagramFault Fault { get; }

    /// <summary>Gets how many datagrams it has hit.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Removes it.</summary>
    public void Dispose() => _remove(this);

    internal bool TryHit(SentDatagram datagram)
    {
        if (Hits >= _times || !_match(datagram))
        {
            return false;
        }

        // Two senders may get here together; only as many hits as there are times count.
        if (Interlocked.Increment(ref _hits) <= _times)
        {
            return true;
        }

        Interlocked.Decrement(ref _hits);
        return false;
    }
}
