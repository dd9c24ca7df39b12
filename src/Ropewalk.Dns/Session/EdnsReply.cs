using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Session;

/// <summary>Is what the OPT record of an answer will have: known before the answer is written, so that there is room for it.</summary>
internal readonly ref struct EdnsReply
{
    private const int OptionHeadBytes = 4;

    private EdnsReply(int bytes, bool isNamed, bool isPadded, ReadOnlySpan<byte> clientCookie)
    {
        Bytes = bytes;
        IsNamed = isNamed;
        IsPadded = isPadded;
        ClientCookie = clientCookie;
    }

    /// <summary>Gets how many bytes it will have, without padding.</summary>
    public int Bytes { get; }

    /// <summary>Says whether the client pads.</summary>
    public bool IsPadded { get; }

    private bool IsNamed { get; }

    private ReadOnlySpan<byte> ClientCookie { get; }

    /// <summary>Decides what will be in it.</summary>
    public static EdnsReply For(QueryMessage query, int identityBytes, bool hasCookies, out bool isMalformed)
    {
        isMalformed = false;
        int bytes = EdnsView.OptBytes;
        // Room for the reason of an error; it is the first to be left out.
        bool isNamed = false, isPadded = false;
        ReadOnlySpan<byte> client = default;
        foreach (EdnsOption option in query.Edns)
        {
            switch (option.Code)
            {
                case EdnsOptionCode.Nsid when identityBytes > 0 && !isNamed:
                    isNamed = true;
                    bytes += OptionHeadBytes + identityBytes;
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

        return new(bytes, isNamed, isPadded, client);
    }

    /// <summary>Writes it.</summary>
    public void Write(
        ref DnsMessageWriter writer, QueryMessage query, in MessageOrigin origin, DnsResponseCode code, int datagramBytes, ReadOnlySpan<byte> identity, EdnsCookieSecret? cookies, int padding)
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

        if (code == DnsResponseCode.Refused)
        {
            // RFC 8914 §4.21: why it was refused.
            EdnsExtendedError.TryWrite(ref writer, EdnsExtendedErrorCode.NotAuthoritative);
        }

        writer.EndOpt(padding);
    }
}
