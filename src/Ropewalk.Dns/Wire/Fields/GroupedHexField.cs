using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a number of bytes in hexadecimal groups of the same length: <c>00-00-5e-00-53-2a</c>, <c>0014:4fff:ff20:ee64</c>.</summary>
internal sealed class GroupedHexField(string name, int bytes, int groupBytes, char separator) : RecordField(name)
{
    public override int FixedBytes => bytes;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at) => Step(rdata, ref at, bytes);

    public override bool Parse(ref RdataParser parser)
    {
        if (!parser.TryTake(out MasterFileToken token))
        {
            return false;
        }

        Span<byte> value = stackalloc byte[8];
        return TryParse(token.Text, value[..bytes]) ? parser.Put(value[..bytes]) : parser.Fail(MasterFileViolation.AddressMalformed, token.Offset);
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        Span<byte> text = stackalloc byte[24];
        int written = 0;
        for (int i = 0; i < bytes; i++)
        {
            if (i > 0 && i % groupBytes == 0)
            {
                text[written++] = (byte)separator;
            }

            // RFC 7043 §3.2 and RFC 6742 §2.1.2 write their examples in lower case.
            text[written++] = "0123456789abcdef"u8[rdata[at] >> 4];
            text[written++] = "0123456789abcdef"u8[rdata[at++] & 0xf];
        }

        printer.Word(text[..written]);
    }

    private bool TryParse(ReadOnlySpan<byte> text, Span<byte> value)
    {
        int group = -1;
        value.Clear();
        foreach (Range range in text.Split((byte)separator))
        {
            ReadOnlySpan<byte> digits = text[range];
            group++;
            // EUI-48 has all its digits; RFC 6742 §2.1.2 leaves zeros out, as IPv6 does.
            if (group * groupBytes >= bytes || digits.Length == 0 || digits.Length > 2 * groupBytes || (groupBytes == 1 && digits.Length != 2))
            {
                return false;
            }

            int number = 0;
            foreach (byte digit in digits)
            {
                if (!char.IsAsciiHexDigit((char)digit))
                {
                    return false;
                }

                number = (number << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
            }

            for (int i = groupBytes - 1; i >= 0; i--, number >>= 8)
            {
                value[(group * groupBytes) + i] = (byte)number;
            }
        }

        return (group + 1) * groupBytes == bytes;
    }
}
