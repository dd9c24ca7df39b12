namespace Ropewalk.Testing.Simulated;

/// <summary>Is the way from one host to another, which everything that goes there shares.</summary>
internal sealed class Way(Network network)
{
    private LinkSettings? _own;
    private long _lineFreeAt;

    /// <summary>Gets or sets how it is: as it was set, or as links are that have no settings of their own.</summary>
    public LinkSettings Settings
    {
        get => _own ?? network.DefaultLink;
        set => _own = value;
    }

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
