using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>
/// Decodes the header that stands once at the start of a connection, in either version. It consumes the header and nothing behind it, and
/// rejects what cannot become a header at the first byte that shows it.
/// </summary>
public sealed class ProxyHeaderDecoder : IFrameDecoder<ProxyHeader?>
{
    /// <summary>The longest block of addresses and extensions that is taken: 16 KiB, room for a client's certificate; the field could say 64 KiB.</summary>
    public const int MaxBlockBytes = 16 * 1024;

    /// <summary>Gets what was broken.</summary>
    public ProxyViolation Broken { get; private set; }

    /// <inheritdoc/>
    public FrameViolation Violation => new($"PROXY header: {Broken}", CanContinue: false);

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out ProxyHeader? frame)
    {
        frame = null;
        if (!input.TryPeek(out byte first))
        {
            return DecodeStatus.NeedMore;
        }

        // no header of one version begins as one of the other
        return first == ProxySyntax.Signature[0] ? DecodeBinary(ref input, out frame) : DecodeLine(ref input, out frame);
    }

    private DecodeStatus DecodeLine(ref SequenceReader<byte> input, out ProxyHeader? header)
    {
        header = null;
        Span<byte> buffer = stackalloc byte[ProxySyntax.MaxLineBytes];
        Span<byte> seen = buffer[..(int)Math.Min(input.Remaining, buffer.Length)];
        input.TryCopyTo(seen);
        int prefix = Math.Min(seen.Length, ProxySyntax.LinePrefix.Length);
        if (!seen[..prefix].SequenceEqual(ProxySyntax.LinePrefix[..prefix]))
        {
            return Break(ProxyViolation.NotAHeader);
        }

        int end = seen.IndexOf((byte)'\n');
        if (end < 0)
        {
            return seen.Length < buffer.Length ? DecodeStatus.NeedMore : Break(ProxyViolation.LineTooLong);
        }

        if (seen[end - 1] != '\r')
        {
            return Break(ProxyViolation.LineMalformed);
        }

        ReadOnlySpan<byte> words = seen[ProxySyntax.LinePrefix.Length..(end - 1)];
        ProxyViolation broken = ParseLine(Encoding.Latin1.GetString(words), out header);
        if (broken != ProxyViolation.None)
        {
            return Break(broken);
        }

        input.Advance(end + 1);
        return DecodeStatus.Frame;
    }

    private static ProxyViolation ParseLine(string line, out ProxyHeader? header)
    {
        header = null;
        string[] words = line.Split(' ');

        // PROXY protocol §2.1: for UNKNOWN the receiver must ignore anything before the CRLF
        if (words[0] == "UNKNOWN")
        {
            header = new ProxyHeader(1, ProxyCommand.Proxy, null, null);
            return ProxyViolation.None;
        }

        if (words.Length != 5 || words[0] is not ("TCP4" or "TCP6"))
        {
            return ProxyViolation.LineMalformed;
        }

        bool isV6 = words[0] == "TCP6";
        if (!TryParseAddress(words[1], isV6, out IPAddress? source) || !TryParseAddress(words[2], isV6, out IPAddress? destination))
        {
            return ProxyViolation.AddressMalformed;
        }

        if (!TryParsePort(words[3], out int sourcePort) || !TryParsePort(words[4], out int destinationPort))
        {
            return ProxyViolation.PortMalformed;
        }

        header = new ProxyHeader(1, ProxyCommand.Proxy, new IPEndPoint(source!, sourcePort), new IPEndPoint(destination!, destinationPort));
        return ProxyViolation.None;
    }

    private static bool TryParseAddress(string word, bool isV6, out IPAddress? address)
    {
        // EndpointHost is strict where IPAddress.TryParse is not: no octal, no short forms, no scope
        address = null;
        bool isRightFamily = word.Contains(':') == isV6 && !word.Contains('%');
        return isRightFamily && EndpointHost.TryParse(word, out string? canonical) && IPAddress.TryParse(canonical, out address);
    }

    private static bool TryParsePort(string word, out int port)
    {
        port = 0;
        bool isNumber = word.Length is >= 1 and <= 5 && (word.Length == 1 || word[0] != '0');
        foreach (char digit in word)
        {
            isNumber &= char.IsAsciiDigit(digit);
            port = isNumber ? (port * 10) + digit - '0' : 0;
        }

        return isNumber && port <= ushort.MaxValue;
    }

    private DecodeStatus DecodeBinary(ref SequenceReader<byte> input, out ProxyHeader? header)
    {
        header = null;
        Span<byte> start = stackalloc byte[ProxySyntax.FixedBytes];
        Span<byte> seen = start[..(int)Math.Min(input.Remaining, start.Length)];
        input.TryCopyTo(seen);
        ProxyViolation broken = CheckStart(seen);
        if (broken != ProxyViolation.None || seen.Length < start.Length)
        {
            return broken == ProxyViolation.None ? DecodeStatus.NeedMore : Break(broken);
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(start[14..]);
        if (length > MaxBlockBytes)
        {
            return Break(ProxyViolation.TooLong);
        }

        if (input.Remaining < ProxySyntax.FixedBytes + length)
        {
            return DecodeStatus.NeedMore;
        }

        byte[] whole = new byte[ProxySyntax.FixedBytes + length];
        input.TryCopyTo(whole);
        broken = ParseBinary(whole, out ProxyHeader? parsed);
        if (broken != ProxyViolation.None)
        {
            return Break(broken);
        }

        header = parsed;

        input.Advance(whole.Length);
        return DecodeStatus.Frame;
    }

    private static ProxyViolation CheckStart(ReadOnlySpan<byte> seen)
    {
        int signature = Math.Min(seen.Length, ProxySyntax.Signature.Length);
        if (!seen[..signature].SequenceEqual(ProxySyntax.Signature[..signature]))
        {
            return ProxyViolation.NotAHeader;
        }

        if (seen.Length > 12 && seen[12] >> 4 != 2)
        {
            return ProxyViolation.VersionUnknown;
        }

        if (seen.Length > 12 && (seen[12] & 0xF) > 1)
        {
            return ProxyViolation.CommandUnknown;
        }

        // PROXY protocol §2.2: a receiver rejects values that are not assigned
        bool isFamily = seen.Length <= 13 || (seen[13] >> 4 <= ProxySyntax.FamilyUnix && (seen[13] & 0xF) <= ProxySyntax.ProtocolDatagram);
        return isFamily ? ProxyViolation.None : ProxyViolation.FamilyUnknown;
    }

    private static ProxyViolation ParseBinary(ReadOnlySpan<byte> whole, out ProxyHeader? header)
    {
        var command = (ProxyCommand)(whole[12] & 0xF);
        int family = whole[13] >> 4;
        int protocol = whole[13] & 0xF;
        header = new ProxyHeader(2, command, null, null);

        // PROXY protocol §2.2: a LOCAL header's addresses are discarded, an unspecified family's ignored
        if (command == ProxyCommand.Local || family == 0 || protocol == 0)
        {
            return ProxyViolation.None;
        }

        ReadOnlySpan<byte> block = whole[ProxySyntax.FixedBytes..];
        int size = family switch
        {
            ProxySyntax.FamilyInet => ProxySyntax.IPv4Bytes,
            ProxySyntax.FamilyInet6 => ProxySyntax.IPv6Bytes,
            _ => ProxySyntax.UnixBytes,
        };
        if (block.Length < size)
        {
            return ProxyViolation.AddressesMissing;
        }

        ProxyViolation broken = ParseExtensions(whole, ProxySyntax.FixedBytes + size, out List<ProxyTlv> extensions);
        (EndPoint? source, EndPoint? destination) = family == ProxySyntax.FamilyUnix
            ? (ReadUnix(block[..ProxySyntax.UnixPathBytes]), ReadUnix(block[ProxySyntax.UnixPathBytes..size]))
            : ReadAddresses(block[..size]);
        header = new ProxyHeader(2, command, source, destination) { IsDatagram = protocol == ProxySyntax.ProtocolDatagram, Extensions = extensions };
        return broken;
    }

    private static (EndPoint Source, EndPoint Destination) ReadAddresses(ReadOnlySpan<byte> block)
    {
        int bytes = (block.Length - 4) / 2;
        var source = new IPAddress(block[..bytes]);
        var destination = new IPAddress(block[bytes..(2 * bytes)]);
        return (
            new IPEndPoint(source, BinaryPrimitives.ReadUInt16BigEndian(block[(2 * bytes)..])),
            new IPEndPoint(destination, BinaryPrimitives.ReadUInt16BigEndian(block[((2 * bytes) + 2)..])));
    }

    private static System.Net.Sockets.UnixDomainSocketEndPoint? ReadUnix(ReadOnlySpan<byte> path)
    {
        // an abstract name begins with a zero byte
        bool isAbstract = path[0] == 0;
        ReadOnlySpan<byte> name = path[(isAbstract ? 1 : 0)..];
        int end = name.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
        try
        {
            return text.Length == 0 ? null : new System.Net.Sockets.UnixDomainSocketEndPoint(isAbstract ? "\0" + text : text);
        }
        catch (ArgumentOutOfRangeException)
        {
            // longer than this system's addresses are: told by nobody
            return null;
        }
    }

    private static ProxyViolation ParseExtensions(ReadOnlySpan<byte> whole, int at, out List<ProxyTlv> extensions)
    {
        extensions = [];
        while (at < whole.Length)
        {
            if (whole.Length - at < ProxySyntax.ExtensionHeaderBytes)
            {
                return ProxyViolation.ExtensionMalformed;
            }

            var type = (ProxyTlvType)whole[at];
            int length = BinaryPrimitives.ReadUInt16BigEndian(whole[(at + 1)..]);
            at += ProxySyntax.ExtensionHeaderBytes;
            if (whole.Length - at < length)
            {
                return ProxyViolation.ExtensionMalformed;
            }

            ReadOnlySpan<byte> value = whole.Slice(at, length);
            if (type == ProxyTlvType.Crc32C)
            {
                bool isRight = length == ProxySyntax.ChecksumBytes && BinaryPrimitives.ReadUInt32BigEndian(value) == ProxySyntax.Checksum(whole, at);
                if (!isRight)
                {
                    return ProxyViolation.ChecksumWrong;
                }
            }
            else if (type != ProxyTlvType.NoOperation)
            {
                extensions.Add(new ProxyTlv(type, value.ToArray()));
            }

            at += length;
        }

        return ProxyViolation.None;
    }

    private DecodeStatus Break(ProxyViolation violation)
    {
        Broken = violation;
        return DecodeStatus.Violation;
    }
}
