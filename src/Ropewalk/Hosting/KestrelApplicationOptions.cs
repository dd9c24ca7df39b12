namespace Ropewalk.Hosting;

/// <summary>Sets how Kestrel's connections end on a Ropewalk endpoint.</summary>
public sealed class KestrelApplicationOptions
{
    /// <summary>
    /// Gets or sets how long a client that has ended its output is still taken to be there while nothing is sent to it; then its request is
    /// aborted. Default 5 s. (Kestrel's own transport aborts at once, and with it the answer to a client that half-closes; nginx, for a
    /// request that it passes on, too.)
    /// </summary>
    public TimeSpan InputEndGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
