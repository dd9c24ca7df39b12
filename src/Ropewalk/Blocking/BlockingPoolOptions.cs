namespace Ropewalk.Blocking;

/// <summary>Bounds a pool for blocking work.</summary>
public sealed class BlockingPoolOptions
{
    /// <summary>Gets or sets the most threads that may block at once. Default 10 (Twisted's reactor thread pool).</summary>
    public int MaxThreads { get; set; } = 10;

    /// <summary>Gets or sets the most pieces of work that may wait for a thread; one more is refused. Default 1,024: at 10 ms each, ten seconds of work for one thread; more is a fault, not a load.</summary>
    public int MaxQueued { get; set; } = 1024;

    /// <summary>Gets or sets how long a thread without work stays. Default 30 s (Java's cached pools keep theirs for 60 s).</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxThreads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueued, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeout, TimeSpan.Zero);
    }
}
