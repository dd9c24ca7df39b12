using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Says how questions are answered, whatever the zones. Read when a responder is made.</summary>
public sealed class QueryResponderOptions
{
    /// <summary>Gets or sets the longest answer in a datagram, and what is announced for datagrams to us. 512 to 4,096 bytes; default 1,232, the DNS Flag Day 2020's, as BIND, NSD and Knot have it.</summary>
    public int DatagramBytes { get; set; } = DnsLimits.DatagramBytes;

    /// <summary>Gets or sets what is told to whom asks which server this is: any bytes, at most 255. Default null: nothing is told. <b>Spec</b>: RFC 5001.</summary>
    public ReadOnlyMemory<byte> Identity { get; set; }

    /// <summary>Gets or sets what is told to whom asks for <c>version.bind</c>. Default null: it is refused, as most servers are configured today.</summary>
    public string? Version { get; set; }

    /// <summary>Gets or sets the secret of the server's cookies; null for none. <b>Spec</b>: RFC 7873, RFC 9018.</summary>
    public Wire.Edns.EdnsCookieSecret? CookieSecret { get; set; }

    /// <summary>Gets or sets the keys by which questions may be signed. Default none: a signed question is answered with BADKEY. <b>Spec</b>: RFC 8945 §5.2.</summary>
    public TsigKeyRing Keys { get; set; } = TsigKeyRing.Empty;

    /// <summary>Gets or sets who is answered; others are refused. Default everybody: what a server has authority for is public.</summary>
    public AccessRules Access { get; set; } = AccessRules.Everybody;

    /// <summary>Gets or sets what answers who asks for a transfer in a datagram: the SOA alone, for IXFR. Null: nobody may. <b>Spec</b>: RFC 1995 §2.</summary>
    public ITransferSource? Transfers { get; set; }

    /// <summary>Gets or sets to multiples of how many bytes answers over TLS are padded, if the client pads. Default 468 (RFC 8467 §4.1); zero for none.</summary>
    public int PaddingBlockBytes { get; set; } = 468;

    /// <summary>Says everything that is wrong with the values.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> wrong = [];
        if (DatagramBytes is < DnsLimits.PlainDatagramBytes or > 4096)
        {
            wrong.Add($"{nameof(DatagramBytes)} is {DatagramBytes}; it must be between {DnsLimits.PlainDatagramBytes} and 4096.");
        }

        if (Identity.Length > byte.MaxValue)
        {
            wrong.Add($"{nameof(Identity)} has {Identity.Length} bytes; at most 255 are told.");
        }

        if (Version is { } version && (System.Text.Encoding.UTF8.GetByteCount(version) > byte.MaxValue))
        {
            wrong.Add($"{nameof(Version)} has more than 255 bytes.");
        }

        if (PaddingBlockBytes is < 0 or > 4096)
        {
            wrong.Add($"{nameof(PaddingBlockBytes)} is {PaddingBlockBytes}; it must be between 0 and 4096.");
        }

        return wrong;
    }
}
