using System.Buffers.Binary;
using System.Buffers.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>
/// Is the list of prefixes of APL: for each its family, the prefix's length, a bit for "not" with the count of bytes, and the bytes without the zeros at their end.
/// <b>Spec</b>: RFC 3123 §4.
/// </summary>
internal sealed class PrefixesField(string name) : RecordField(name)
{
    private const int HeadBytes = 4;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        while (at < rdata.Length)
        {
            if (rdata.Length - at < HeadBytes || rdata.Length - at - HeadBytes < (rdata[at + 3] & 0x7f))
            {
                return DnsViolation.RdataTruncated;
            }

            int family = BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]), length = rdata[at + 3] & 0x7f;
            // RFC 3123 §4: a sender must not include trailing zero octets.
            if ((family is 1 or 2 && (length > AddressBytes(family) || rdata[at + 2] > 8 * AddressBytes(family))) || (length > 0 && rdata[at + HeadBytes + length - 1] == 0))
            {
                return DnsViolation.FieldMalformed;
            }

            at += HeadBytes + length;
        }

        return DnsViolation.None;
    }

    // RFC 3123 §5 knows the text of two families.
    public override bool HasText(ReadOnlySpan<byte> rdata, int at)
    {
        for (; at < rdata.Length; at += HeadBytes + (rdata[at + 3] & 0x7f))
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]) is not (1 or 2))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Parse(ref RdataParser parser)
    {
        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken token))
            {
                return false;
            }

            if (!ParseItem(ref parser, token.Text))
            {
                return parser.Fail(MasterFileViolation.PrefixMalformed, token.Offset);
            }
        }

        return true;
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        Span<byte> address = stackalloc byte[16];
        while (at < rdata.Length)
        {
            int family = BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]), length = rdata[at + 3] & 0x7f;
            ReadOnlySpan<byte> bytes = rdata.Slice(at + HeadBytes, length);
            printer.Word((rdata[at + 3] & 0x80) != 0 ? "!"u8 : ""u8);
            printer.PutNumber((ulong)family);
            printer.Put(":"u8);
            address.Clear();
            bytes.CopyTo(address);
            AddressField.Put(address[..AddressBytes(family)], ref printer);
            printer.Put("/"u8);
            printer.PutNumber(rdata[at + 2]);
            at += HeadBytes + length;
        }
    }

    private static bool ParseItem(ref RdataParser parser, ReadOnlySpan<byte> text)
    {
        bool isNegated = text.Length > 0 && text[0] == (byte)'!';
        text = isNegated ? text[1..] : text;
        int colon = text.IndexOf((byte)':'), slash = text.LastIndexOf((byte)'/');
        if (colon <= 0 || slash < colon
            || !Utf8Parser.TryParse(text[..colon], out ushort family, out int used) || used != colon || family is not (1 or 2)
            || !Utf8Parser.TryParse(text[(slash + 1)..], out byte prefix, out used) || used != text.Length - slash - 1)
        {
            return false;
        }

        ReadOnlySpan<byte> written = text[(colon + 1)..slash];
        Span<byte> address = stackalloc byte[16];
        int length = AddressBytes(family);
        if (prefix > 8 * length || !AddressField.TryParse(written, length, address))
        {
            return false;
        }

        length = address[..length].LastIndexOfAnyExcept((byte)0) + 1;
        return parser.PutNumber(family, 2) && parser.Put(prefix) && parser.Put((byte)(length | (isNegated ? 0x80 : 0))) && parser.Put(address[..length]);
    }

    private static int AddressBytes(int family) => family == 1 ? 4 : 16;
}
