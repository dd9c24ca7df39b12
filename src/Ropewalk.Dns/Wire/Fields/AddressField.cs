using System.Net;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is an address of IPv4 (4 bytes) or IPv6 (16 bytes).</summary>
internal sealed class AddressField(string name, int bytes) : RecordField(name)
{
    public override int FixedBytes => bytes;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at) => Step(rdata, ref at, bytes);

    public override bool Parse(ref RdataParser parser)
    {
        Span<byte> address = stackalloc byte[16];
        return parser.TryTake(out MasterFileToken token)
            && (TryParse(token.Text, bytes, address) ? parser.Put(address[..bytes]) : parser.Fail(MasterFileViolation.AddressMalformed, token.Offset));
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        printer.Begin();
        Put(rdata.Slice(at, bytes), ref printer);
        at += bytes;
    }

    internal static void Put(ReadOnlySpan<byte> address, ref RdataPrinter printer)
    {
        Span<byte> text = stackalloc byte[65];
        new IPAddress(address).TryFormat(text, out int written);
        printer.Put(text[..written]);
    }

    /// <summary>Parses an address as everybody writes it: four decimal numbers without leading zeros, or RFC 4291 §2.2 without a zone.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, int bytes, Span<byte> address)
    {
        if (bytes == 4)
        {
            return TryParseFour(text, address);
        }

        return TryParseSixteen(text, address);
    }

    // RFC 4291 §2.2: up to eight groups of one to four digits; "::" once for one or more groups of zero; the last two groups may be an address of IPv4.
    private static bool TryParseSixteen(ReadOnlySpan<byte> text, Span<byte> address)
    {
        int at = 0, written = 0, gap = -1;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            at = 2;
        }

        while (at < text.Length)
        {
            int begin = at, group = 0;
            for (; at < text.Length && TryDigit(text[at], out int digit); at++)
            {
                group = (group << 4) | digit;
            }

            if (at < text.Length && text[at] == (byte)'.')
            {
                return written <= 12 && TryParseFour(text[begin..], address[written..]) && CloseGap(address, written + 4, gap);
            }

            if (at == begin || at - begin > 4 || written == 16)
            {
                return false;
            }

            address[written++] = (byte)(group >> 8);
            address[written++] = (byte)group;
            if (at == text.Length)
            {
                break;
            }

            if (text[at++] != (byte)':' || at == text.Length)
            {
                return false;
            }

            if (text[at] == (byte)':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = written;
                at++;
            }
        }

        return CloseGap(address, written, gap);
    }

    private static bool TryDigit(byte value, out int digit)
    {
        digit = char.IsAsciiDigit((char)value) ? value - '0' : (value | 0x20) - 'a' + 10;
        return char.IsAsciiHexDigit((char)value);
    }

    // Moves what is behind the gap to the end, and puts zeros into it.
    private static bool CloseGap(Span<byte> address, int written, int gap)
    {
        if (gap < 0 || written > 14)
        {
            return gap < 0 && written == 16;
        }

        int behind = written - gap;
        address[gap..written].CopyTo(address[(16 - behind)..16]);
        address[gap..(16 - behind)].Clear();
        return true;
    }

    private static bool TryParseFour(ReadOnlySpan<byte> text, Span<byte> address)
    {
        int part = 0, number = -1, digits = 0;
        foreach (byte value in text)
        {
            if (value == (byte)'.')
            {
                if (number < 0 || part == 3)
                {
                    return false;
                }

                address[part++] = (byte)number;
                number = -1;
                digits = 0;
                continue;
            }

            if (!char.IsAsciiDigit((char)value) || (digits > 0 && number == 0))
            {
                return false;
            }

            number = (Math.Max(number, 0) * 10) + value - '0';
            digits++;
            if (number > byte.MaxValue)
            {
                return false;
            }
        }

        if (part != 3 || number < 0)
        {
            return false;
        }

        address[3] = (byte)number;
        return true;
    }
}
