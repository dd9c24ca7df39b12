using Ropewalk.Transports.Sockets;

namespace Ropewalk.Server;

/// <summary>Bounds how a server stops and how it waits out a starved system.</summary>
public sealed class ConnectionServerOptions
{
    /// <summary>
    /// Gets or sets how long connections may take to finish after they were asked to. Default 5 s (the Generic Host's shutdown timeout was 5 s
    /// before .NET 6 made it 30 s; containers are killed 10 s after SIGTERM by Docker's default, and half of it leaves time for the rest).
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long the handlers of aborted connections may take to return before they are named in the log and left behind.
    /// Default 1 s: nothing is left for them to wait for.
    /// </summary>
    public TimeSpan AbortTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how long the accept loop waits before it tries again while the system is out of descriptors or memory.
    /// Default 250 ms: four failed system calls a second cost nothing, and accepting goes on well within a second of relief
    /// (Go's net/http waits 5 ms to 1 s, nginx 500 ms).
    /// </summary>
    public TimeSpan StarvedRetryDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets what describes a shortage of descriptors that some are still left in, or gives null; a test's own.</summary>
    internal Func<int, string?> FindShortage { get; set; } = DescriptorHeadroom.FindShortage;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(AbortTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StarvedRetryDelay, TimeSpan.Zero);
    }
}
