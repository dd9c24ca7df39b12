using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Is what a command line of dig asks for.</summary>
internal sealed record DigRequest
{
    /// <summary>dig's <c>+split</c>.</summary>
    public const int DefaultSplitWidth = 56;

    /// <summary>Gets the name that is asked for.</summary>
    public DomainName Name { get; init; } = DomainName.Root;

    /// <summary>Gets the type; NS of the root where nothing is said, A of a name.</summary>
    public DnsType Type { get; init; } = DnsType.A;

    /// <summary>Gets the serial of <c>ixfr=N</c>.</summary>
    public uint? Since { get; init; }

    /// <summary>Gets the server: an address, a name, or an endpoint; null for those of resolv.conf.</summary>
    public string? Server { get; init; }

    /// <summary>Gets the port; null for 53, and with TLS 853.</summary>
    public int? Port { get; init; }

    /// <summary>Gets whether only IPv4 (4) or IPv6 (6) is used; 0 for both.</summary>
    public int Family { get; init; }

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

    /// <summary>Gets what is shown.</summary>
    public DigParts Parts { get; init; } = DigParts.All;

    /// <summary>Gets whether only rdata is shown.</summary>
    public bool IsShort { get; init; }

    /// <summary>Gets whether the answer is shown as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Gets after how many characters long hexadecimal and base-64 fields have a blank; 0 for never.</summary>
    public int SplitWidth { get; init; } = DefaultSplitWidth;

    /// <summary>Gets whether a transfer shows the SOA record only once.</summary>
    public bool HasOneStart { get; init; }

    /// <summary>Gets whether lines have the TTL.</summary>
    public bool HasTtl { get; init; } = true;

    /// <summary>Gets whether lines have the class.</summary>
    public bool HasClass { get; init; } = true;

    /// <summary>Gets whether this is a transfer.</summary>
    public bool IsTransfer => Type is DnsType.AXFR or DnsType.IXFR;
}
