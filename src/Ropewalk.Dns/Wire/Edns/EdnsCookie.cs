namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is the cookie option: what the client has made, and what the server has made of that. <b>Spec</b>: RFC 7873 §4.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct EdnsCookie
{
    /// <summary>How long a client's cookie is: 8 bytes.</summary>
    public const int ClientBytes = 8;

    /// <summary>How long a server's cookie is at least: 8 bytes.</summary>
    public const int LeastServerBytes = 8;

    /// <summary>How long a server's cookie is at most: 32 bytes.</summary>
    public const int MostServerBytes = 32;

    private EdnsCookie(ReadOnlySpan<byte> client, ReadOnlySpan<byte> server)
    {
        Client = client;
        Server = server;
    }

    /// <summary>Gets the client's cookie.</summary>
    public ReadOnlySpan<byte> Client { get; }

    /// <summary>Gets the server's cookie; empty if the client has none yet.</summary>
    public ReadOnlySpan<byte> Server { get; }

    /// <summary>Decodes the option's value.</summary>
    /// <returns><see cref="DnsViolation.OptionMalformed"/> for any length but 8 and 16 to 40: that is answered with FORMERR (RFC 7873 §5.2.2).</returns>
    public static DnsViolation Decode(ReadOnlySpan<byte> value, out EdnsCookie cookie)
    {
        cookie = default;
        if (value.Length is not (ClientBytes or (>= ClientBytes + LeastServerBytes and <= ClientBytes + MostServerBytes)))
        {
            return DnsViolation.OptionMalformed;
        }

        cookie = new(value[..ClientBytes], value[ClientBytes..]);
        return DnsViolation.None;
    }
}
