using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Holds what a DNS server has counted since it started.</summary>
public sealed record DnsCounts
{
    /// <summary>Gets how many queries came, by how they came.</summary>
    public required IReadOnlyDictionary<DnsTransport, long> Queries { get; init; }

    /// <summary>Gets how many were answered, by result; those that never came up are left out.</summary>
    public required IReadOnlyDictionary<DnsResponseCode, long> Responses { get; init; }

    /// <summary>Gets how many asked for a type; <see cref="DnsType.None"/> is all types that are not counted by themselves. Those that never came up, and questions that cannot be read, are left out.</summary>
    public required IReadOnlyDictionary<DnsType, long> Types { get; init; }

    /// <summary>Gets how many were answered within a time and not within the next shorter one; the last time is infinite.</summary>
    public required IReadOnlyList<(TimeSpan Within, long Count)> Durations { get; init; }

    /// <summary>Gets how many answers were cut to fit (TC), those included that were cut to limit the rate.</summary>
    public long Truncated { get; init; }

    /// <summary>Gets how many queries were not answered: no queries at all, and those of <see cref="RateDropped"/>.</summary>
    public long Unanswered { get; init; }

    /// <summary>Gets how many answers were not sent because of the rate's limit.</summary>
    public long RateDropped { get; init; }

    /// <summary>Gets how many answers were cut because of the rate's limit.</summary>
    public long RateTruncated { get; init; }

    /// <summary>Gets how many transfers of zones have begun.</summary>
    public long Transfers { get; init; }

    /// <summary>Gets how many bytes of queries came.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Gets how many bytes of answers were sent, without those of transfers.</summary>
    public long SentBytes { get; init; }

    /// <summary>Gets how many queries came in all.</summary>
    public long Total => Queries.Values.Sum();
}
