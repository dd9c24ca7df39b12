namespace Ropewalk.Testing.Simulated;

/// <summary>Is the way from one host to another, which everything that goes there shares.</summary>
internal sealed class Way(Network network)
{
    private long _lineFreeAt;

    /// <summary>Gets or sets its own settings; null where it is as links are that have none.</summary>
    public LinkSettings? Own { get; set; }

    /// <summary>Gets how it is.</summary>
    public LinkSettings Settings => Own ?? network.DefaultLink;

    /// <summary>Takes the line for some bytes.</summary>
    /// <returns>When the last of them is on its way, in ticks since the start.</returns>
    public long Occupy(int bytes)
    {
        long now = network.Events.Now;
        double rate = Settings.BytesPerSecond;
        if (double.IsInfinity(rate))
        {
            return now;
        }

        _lineFreeAt = Math.Max(now, _lineFreeAt) + (long)(bytes / rate * TimeSpan.TicksPerSecond);
        return _lineFreeAt;
    }
}
