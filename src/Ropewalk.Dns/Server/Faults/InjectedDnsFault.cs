namespace Ropewalk.Dns.Server.Faults;

/// <summary>Is a fault in force. Disposing it removes it; answers that it has made late come all the same.</summary>
public sealed class InjectedDnsFault : IDisposable
{
    private readonly Func<AskedQuestion, bool> _match;
    private readonly Action<InjectedDnsFault> _remove;
    private readonly int _times;
    private long _since;
    private int _hits;

    internal InjectedDnsFault(DnsFault fault, Func<AskedQuestion, bool> match, int times, Action<InjectedDnsFault> remove)
    {
        Fault = fault;
        _match = match;
        _times = times;
        _remove = remove;
    }

    /// <summary>Gets what happens.</summary>
    public DnsFault Fault { get; }

    /// <summary>Gets how many questions it has hit.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Gets when it hit first; a cache has its records since then.</summary>
    internal DateTimeOffset Since => new(Volatile.Read(ref _since), TimeSpan.Zero);

    /// <summary>Removes it.</summary>
    public void Dispose() => _remove(this);

    internal bool TryHit(AskedQuestion question)
    {
        if (Hits >= _times || !_match(question))
        {
            return false;
        }

        // Two workers may get here together; only as many hits as there are times count.
        if (Interlocked.Increment(ref _hits) > _times)
        {
            Interlocked.Decrement(ref _hits);
            return false;
        }

        Interlocked.CompareExchange(ref _since, question.At.UtcTicks, 0);
        return true;
    }
}
