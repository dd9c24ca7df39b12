using System.Numerics;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Numbers durations by their size: each bucket is twice as wide as the one before, from 0.2 µs to 52 ms, and one for what is longer.</summary>
internal static class DurationBuckets
{
    /// <summary>How many buckets there are.</summary>
    public const int Count = 20;

    private const long FirstTicks = 2;

    /// <summary>Gets the bucket of one of <paramref name="count"/> that took <paramref name="ticks"/> together.</summary>
    public static int Of(long ticks, int count)
    {
        long each = (ticks + count - 1) / count;
        return each <= FirstTicks ? 0 : Math.Min(Count - 1, BitOperations.Log2((ulong)(each - 1)));
    }

    /// <summary>Gets the longest duration of a bucket; <see cref="Timeout.InfiniteTimeSpan"/> of the last one.</summary>
    public static TimeSpan BoundOf(int bucket) => bucket == Count - 1 ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(FirstTicks << bucket);
}
