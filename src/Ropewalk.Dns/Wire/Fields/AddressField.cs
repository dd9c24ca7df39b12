using System.Net;
using System.Net.Sockets;
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

        // IPAddress takes brackets, ports and zones as well.
        if (text.ContainsAny("[]%/"u8) || !text.Contains((byte)':'))
        {
            return false;
        }

        return IPAddress.TryParse(text, out IPAddress? parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6 && parsed.TryWriteBytes(address, out _);
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
