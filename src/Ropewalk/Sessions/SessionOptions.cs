namespace Ropewalk.Sessions;

/// <summary>Holds the clock and the bounds of driving a session.</summary>
public sealed class SessionOptions
{
    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets how long the peer may take nothing of what waits to be sent. Default 60 s (nginx's <c>send_timeout</c>). Then the connection is aborted.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets how long, after the conversation's end, the peer's output is still read and dropped, so that the last words are not lost by a
    /// reset. Default 5 s (nginx's <c>lingering_timeout</c>). It applies only where the transport ends its directions independently.
    /// </summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the most bytes that a session may leave unconsumed while it asks for more. Default 1 MiB. It is a net: a session's decoders have bounds of their own.</summary>
    public long MaxUnconsumedBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how much is written before it is sent in the middle of a turn. Default 32 KiB.</summary>
    public int FlushThresholdBytes { get; set; } = 32 * 1024;

    /// <summary>Gets or sets how many posts from outside may wait. Default 1024.</summary>
    public int PortCapacity { get; set; } = 1024;

    /// <summary>
    /// Gets or sets whether input may lie behind a request to upgrade. Default false: behind STARTTLS it would be plaintext that somebody slipped in, taken for
    /// protected (the "command injection" of CVE-2011-0411). True only for upgrades that keep the stream, such as compression.
    /// </summary>
    public bool AllowsInputBehindUpgrade { get; set; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FlushTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LingerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnconsumedBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FlushThresholdBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PortCapacity, 1);
    }
}
