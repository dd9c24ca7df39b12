using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Says how a zone is transferred, and bounds what a server can make it cost.</summary>
public sealed record ZoneTransferOptions
{
    /// <summary>Gets the defaults.</summary>
    public static ZoneTransferOptions Default { get; } = new();

    /// <summary>Gets the class. Default the Internet's.</summary>
    public DnsClass Class { get; init; } = DnsClass.IN;

    /// <summary>Gets the name of the key that the question is signed with, and the answer must be; one of <see cref="DnsClientOptions.Keys"/>, or null for none.</summary>
    public DomainName? Key { get; init; }

    /// <summary>Gets how many records are taken. Default 20,000,000: more than any zone but the largest top-level ones (BIND's <c>max-records</c> has no bound by default).</summary>
    public long MostRecords { get; init; } = 20_000_000;

    /// <summary>Gets how many bytes of messages are taken. Default 2 GiB (Knot's <c>zone-max-size</c> has no bound by default).</summary>
    public long MostBytes { get; init; } = 2L << 30;

    /// <summary>Gets how long the server is waited for at the beginning and between two messages. Default 30 s; BIND's <c>max-transfer-idle-in</c> is an hour, Knot's <c>tcp-remote-io-timeout</c> 5 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long all of it may take. Default 2 h (BIND's <c>max-transfer-time-in</c>).</summary>
    public TimeSpan MostDuration { get; init; } = TimeSpan.FromHours(2);
}
