using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Session;

/// <summary>Is what the OPT record of an answer will have: known before the answer is written, so that there is room for it.</summary>
internal readonly ref struct EdnsReply
{
    private const int OptionHeadBytes = 4;

    private EdnsReply(int bytes, bool isNamed, bool isPadded, bool isKept, ReadOnlySpan<byte> clientCookie)
    {
        Bytes = bytes;
        IsNamed = isNamed;
        IsPadded = isPadded;
        IsKept = isKept;
        ClientCookie = clientCookie;
    }

    /// <summary>Gets how many bytes it will have, without padding.</summary>
    public int Bytes { get; }

    /// <summary>Says whether the client pads.</summary>
    public bool IsPadded { get; }

    private bool IsNamed { get; }

    private bool IsKept { get; }

    private ReadOnlySpan<byte> ClientCookie { get; }

    /// <summary>Decides what will be in it.</summary>
    public static EdnsReply For(QueryMessage query, scoped in MessageOrigin origin, int identityBytes, bool hasCookies, out bool isMalformed)
    {
        isMalformed = false;
        int bytes = EdnsView.OptBytes;
        bool isNamed = false, isPadded = false, isKept = false;
        ReadOnlySpan<byte> client = default;
        foreach (EdnsOption option in query.Edns)
        {
            switch (option.Code)
            {
                case EdnsOptionCode.Nsid when identityBytes > 0 && !isNamed:
                    isNamed = true;
                    bytes += OptionHeadBytes + identityBytes;
                    break;
                // RFC 7828 §3.2.1: not in a datagram.
                case EdnsOptionCode.TcpKeepalive when origin.IdleTimeout is not null && !isKept:
                    isKept = true;
                    bytes += OptionHeadBytes + 2;
                    break;
                case EdnsOptionCode.Padding:
                    isPadded = true;
                    break;
                // RFC 7873 §5.2: without cookies of our own the option is one that we do not know; of several the first one counts.
                case EdnsOptionCode.Cookie when hasCookies && client.IsEmpty:
                    isMalformed |= EdnsCookie.Decode(option.Value, out EdnsCookie cookie) != DnsViolation.None;
                    client = cookie.Client;
                    bytes += OptionHeadBytes + EdnsCookie.ClientBytes + EdnsCookieSecret.CookieBytes;
                    break;
            }
        }

        return new(bytes, isNamed, isPadded, isKept, client);
    }

    /// <summary>Writes it.</summary>
    public void Write(
        ref DnsMessageWriter writer, QueryMessage query, in MessageOrigin origin, DnsResponseCode code, int datagramBytes, ReadOnlySpan<byte> identity, EdnsCookieSecret? cookies, EdnsExtendedErrorCode refusal, int padding, int followingBytes)
    {
        if (!writer.TryBeginOpt(datagramBytes, code, query.DnssecOk))
        {
            return;
        }

        if (IsNamed)
        {
            writer.TryWriteOption(EdnsOptionCode.Nsid, identity);
        }

        if (!ClientCookie.IsEmpty && cookies is not null && writer.TryTakeOption(EdnsOptionCode.Cookie, EdnsCookie.ClientBytes + EdnsCookieSecret.CookieBytes, out Span<byte> value))
        {
            // RFC 7873 §5.2.3: the client's cookie as it came, and ours behind it.
            ClientCookie.CopyTo(value);
            Span<byte> address = stackalloc byte[16];
            cookies.Write(ClientCookie, address[..origin.Peer.CopyAddressTo(address)], origin.Now, value[EdnsCookie.ClientBytes..]);
        }

        if (IsKept)
        {
            EdnsKeepalive.TryWrite(ref writer, origin.IdleTimeout);
        }

        if (code == DnsResponseCode.Refused)
        {
            // RFC 8914 §4.19, §4.21: why it was refused.
            EdnsExtendedError.TryWrite(ref writer, refusal);
        }

        writer.EndOpt(padding, followingBytes);
    }
}
