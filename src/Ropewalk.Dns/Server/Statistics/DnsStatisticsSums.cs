namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Holds the sums over all tallies while they are made.</summary>
internal sealed class DnsStatisticsSums
{
    public long[] Queries { get; } = new long[3];

    public long[] Responses { get; } = new long[25];

    public long[] Types { get; } = new long[TypeSlots.Count];

    public long[] Durations { get; } = new long[DurationBuckets.Count];

    public long Truncated { get; set; }

    public long Unanswered { get; set; }

    public long Transfers { get; set; }

    public long ReceivedBytes { get; set; }

    public long SentBytes { get; set; }
}
