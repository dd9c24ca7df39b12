namespace Ropewalk.Testing;

/// <summary>Says what goes wrong in a <see cref="Simulation.StormAsync"/>, and how often.</summary>
public sealed class StormOptions
{
    /// <summary>Gets or sets how long it lasts in virtual time. Default 5 min. What is broken at its end is mended then.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the mean of the time from one blow to the next. Default 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a partition, a bad link or the absence of a host lasts at most. Default 1 min.</summary>
    public TimeSpan LongestFault { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets whether hosts are cut off from the others. Default true.</summary>
    public bool Partitions { get; set; } = true;

    /// <summary>Gets or sets whether ways get slow, lossy and out of order for a while. Default true.</summary>
    public bool BadLinks { get; set; } = true;

    /// <summary>Gets or sets whether connections are reset by somebody on the way. Default true.</summary>
    public bool Resets { get; set; } = true;

    /// <summary>Gets or sets the hosts that crash or lose their power, and are started again later. Default none.</summary>
    public IReadOnlyList<SimHost> Crashing { get; set; } = [];

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestFault, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(Crashing);
    }
}
