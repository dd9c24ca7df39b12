namespace Ropewalk.Cli.Status;

/// <summary>Holds what one instrument has measured for one set of tags.</summary>
/// <param name="labels">The tags as Prometheus writes them, without braces.</param>
/// <param name="bounds">The upper bounds of a histogram's buckets; null for everything else.</param>
internal sealed class MetricSeries(string labels, IReadOnlyList<double>? bounds)
{
    /// <summary>Gets the tags as Prometheus writes them, without braces.</summary>
    public string Labels { get; } = labels;

    /// <summary>Gets how many measurements fell into each bucket and not into a lower one; the last is for those above all bounds.</summary>
    public long[] Buckets { get; } = bounds is null ? [] : new long[bounds.Count + 1];

    /// <summary>Gets the sum, or the last value of a gauge.</summary>
    public double Value { get; set; }

    /// <summary>Gets how many measurements there were.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a measurement to a histogram.</summary>
    public void Record(double value)
    {
        int bucket = 0;
        while (bucket < bounds!.Count && value > bounds[bucket])
        {
            bucket++;
        }

        Buckets[bucket]++;
        Value += value;
        Count++;
    }
}
