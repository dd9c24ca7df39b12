namespace Ropewalk.Testing.Simulated;

/// <summary>Is the way from one host to another, which everything that goes there shares.</summary>
internal sealed class Way(Network network)
{
    private LinkSettings[] _worse = [];
    private long _lineFreeAt;

    /// <summary>Gets or sets its own settings; null where it is as links are that have none. Setting them ends what a storm has made of it.</summary>
    public LinkSettings? Own
    {
        get;
        set
        {
            field = value;
            _worse = [];
        }
    }

    /// <summary>Gets how it is.</summary>
    public LinkSettings Settings => _worse is [.., { } last] ? last : Own ?? network.DefaultLink;

    /// <summary>Makes it worse, over what it is.</summary>
    public void Worsen(LinkSettings to) => _worse = [.. _worse, to];

    /// <summary>Takes back what <see cref="Worsen"/> did, if it is still there.</summary>
    public void Mend(LinkSettings from) => _worse = [.. _worse.Where(one => !ReferenceEquals(one, from))];

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
