using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Is one question of a command line of dig, with how it is asked and how its answer is shown.</summary>
internal sealed record DigRequest
{
    /// <summary>dig's <c>+split</c>.</summary>
    public const int DefaultSplitWidth = 56;

    /// <summary>Gets the name that is asked for, as it was written.</summary>
    public string NameText { get; init; } = ".";

    /// <summary>Gets the type; NS of the root where nothing is said, A of a name.</summary>
    public DnsType Type { get; init; } = DnsType.A;

    /// <summary>Gets the serial of <c>ixfr=N</c>.</summary>
    public uint? Since { get; init; }

    /// <summary>Gets the servers: addresses, names, or endpoints; none for those of resolv.conf. As dig: one that stands behind a name comes after those that stand before.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Gets the port; null for 53, and with TLS 853.</summary>
    public int? Port { get; init; }

    /// <summary>Gets whether only IPv4 (4) or IPv6 (6) is used; 0 for both.</summary>
    public int Family { get; init; }

    /// <summary>Gets from where it is asked; null for the system's choice.</summary>
    public IPEndPoint? From { get; init; }

    /// <summary>Gets whether the server is asked under TLS.</summary>
    public bool UsesTls { get; init; }

    /// <summary>Gets the name in the server's certificate; null for the server's.</summary>
    public string? TlsName { get; init; }

    /// <summary>Gets the file of the authorities; null for the system's.</summary>
    public string? TlsAuthorities { get; init; }

    /// <summary>Gets the key; null for none.</summary>
    public TsigKey? Key { get; init; }

    /// <summary>Gets how the question is asked. As dig: AD is set, and a server that fails is an answer.</summary>
    public DnsQueryOptions Query { get; init; } = new() { AuthenticData = true, TakesServerFailure = true, Timeout = TimeSpan.FromSeconds(5), Attempts = 3 };

    /// <summary>Gets how long a datagram is said to fit. As dig any number is sent; more than 4,096 bytes are not received.</summary>
    public int DatagramBytes { get; init; } = DnsLimits.DatagramBytes;

    /// <summary>Gets the opcode.</summary>
    public DnsOpcode Opcode { get; init; } = DnsOpcode.Query;

    /// <summary>Gets the bits of the header that are set beside RD, AD and CD: AA, TC, RA and the last one, which has no meaning.</summary>
    public ushort HeaderBits { get; init; }

    /// <summary>Gets the message's number; null for one that is drawn.</summary>
    public ushort? Id { get; init; }

    /// <summary>Gets whether the message has no question.</summary>
    public bool IsHeaderOnly { get; init; }

    /// <summary>Gets the version of EDNS.</summary>
    public byte EdnsVersion { get; init; }

    /// <summary>Gets whether a server that does not know the version is asked with its own.</summary>
    public bool NegotiatesEdns { get; init; } = true;

    /// <summary>Gets the cookie of <c>+cookie=</c>; null for one that is drawn.</summary>
    public byte[]? Cookie { get; init; }

    /// <summary>Gets whether BADCOOKIE is asked again with the server's cookie.</summary>
    public bool RetriesBadCookie { get; init; } = true;

    /// <summary>Gets whether that BADCOOKIE is shown.</summary>
    public bool ShowsBadCookie { get; init; }

    /// <summary>Gets whether the server is asked how long a connection may stay.</summary>
    public bool RequestsKeepalive { get; init; }

    /// <summary>Gets whether a secondary is asked when its zone expires.</summary>
    public bool RequestsExpire { get; init; }

    /// <summary>Gets the block that the question is padded to; 0 for none.</summary>
    public int PaddingBlockBytes { get; init; }

    /// <summary>Gets the options of <c>+ednsopt</c>.</summary>
    public IReadOnlyList<OptOption> Options { get; init; } = [];

    /// <summary>Gets whether what precedes a mistake in a message is shown.</summary>
    public bool TakesMalformed { get; init; } = true;

    /// <summary>Gets whether names are completed with the search list.</summary>
    public bool Searches { get; init; }

    /// <summary>Gets whether the answers to all names of the search list are shown, and not only the last.</summary>
    public bool ShowsSearch { get; init; }

    /// <summary>Gets the suffix of <c>+domain=</c>, in the place of resolv.conf's; null for those.</summary>
    public DomainName? Suffix { get; init; }

    /// <summary>Gets how many dots a name has that is tried as it is first; null for resolv.conf's number.</summary>
    public int? Ndots { get; init; }

    /// <summary>Gets whether the way from the root down is shown.</summary>
    public bool IsTrace { get; init; }

    /// <summary>Gets what is shown.</summary>
    public DigParts Parts { get; init; } = DigParts.All;

    /// <summary>Gets whether the message is shown before it is sent.</summary>
    public bool ShowsQuery { get; init; }

    /// <summary>Gets whether only rdata is shown.</summary>
    public bool IsShort { get; init; }

    /// <summary>Gets whether short answers say who gave them.</summary>
    public bool Identifies { get; init; }

    /// <summary>Gets whether the answer is shown as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Gets whether the answer is shown as YAML.</summary>
    public bool IsYaml { get; init; }

    /// <summary>Gets whether records are shown over several lines, with words.</summary>
    public bool IsMultiline { get; init; }

    /// <summary>Gets whether there are words behind records; null for where they are several lines.</summary>
    public bool? HasRecordComments { get; init; }

    /// <summary>Gets whether keys, digests and signatures are shown.</summary>
    public bool HasCrypto { get; init; } = true;

    /// <summary>Gets whether rdata is shown as that of an unknown type.</summary>
    public bool IsUnknownForm { get; init; }

    /// <summary>Gets whether AAAA records have all their zeros.</summary>
    public bool ExpandsAaaa { get; init; }

    /// <summary>Gets after how many characters long hexadecimal and base-64 fields have a blank; 0 for never, null for the usual.</summary>
    public int? SplitWidth { get; init; }

    /// <summary>Gets whether a transfer shows the SOA record only once.</summary>
    public bool HasOneStart { get; init; }

    /// <summary>Gets whether lines have the TTL.</summary>
    public bool HasTtl { get; init; } = true;

    /// <summary>Gets whether the TTL is in weeks, days, hours, minutes and seconds.</summary>
    public bool HasTtlUnits { get; init; }

    /// <summary>Gets whether lines have the class.</summary>
    public bool HasClass { get; init; } = true;

    /// <summary>Gets whether times are in microseconds.</summary>
    public bool HasMicroseconds { get; init; }

    /// <summary>Gets whether this is a transfer.</summary>
    public bool IsTransfer => Type is DnsType.AXFR or DnsType.IXFR;
}
