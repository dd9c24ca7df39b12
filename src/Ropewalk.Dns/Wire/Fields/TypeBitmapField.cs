using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a set of types: for each window of 256 of them its number, a length of 1 to 32, and as many bytes of bits. <b>Spec</b>: RFC 4034 §4.1.2.</summary>
internal sealed class TypeBitmapField(string name) : RecordField(name)
{
    private const int WindowBytes = 32;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        int last = -1;
        while (at < rdata.Length)
        {
            if (rdata.Length - at < 2)
            {
                return DnsViolation.RdataTruncated;
            }

            int window = rdata[at], length = rdata[at + 1];
            at += 2;
            if (rdata.Length - at < length)
            {
                return DnsViolation.RdataTruncated;
            }

            // RFC 4034 §4.1.2: in increasing order; blocks with no types must not be included; trailing zero octets must be omitted.
            if (window <= last || length is 0 or > WindowBytes || rdata[at + length - 1] == 0)
            {
                return DnsViolation.TypeBitmapMalformed;
            }

            last = window;
            at += length;
        }

        return DnsViolation.None;
    }

    public override bool Parse(ref RdataParser parser)
    {
        SortedSet<ushort> types = [];
        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken token))
            {
                return false;
            }

            if (!DnsTypes.TryParse(token.Text, out DnsType type))
            {
                return parser.Fail(MasterFileViolation.TypeUnknown, token.Offset);
            }

            types.Add((ushort)type);
        }

        Span<byte> bitmap = stackalloc byte[256 * (WindowBytes + 2)];
        return parser.Put(bitmap[..Encode(types, bitmap)]);
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        for (; at < rdata.Length; at += rdata[at + 1] + 2)
        {
            for (int bit = 0; bit < rdata[at + 1] * 8; bit++)
            {
                if (Has(rdata.Slice(at + 2, rdata[at + 1]), bit))
                {
                    printer.Word(((DnsType)((rdata[at] << 8) | bit)).Mnemonic());
                }
            }
        }
    }

    /// <summary>Lists the types of a well-formed bitmap.</summary>
    internal static DnsType[] Decode(ReadOnlySpan<byte> bitmap)
    {
        List<DnsType> types = [];
        for (int at = 0; at < bitmap.Length; at += bitmap[at + 1] + 2)
        {
            for (int bit = 0; bit < bitmap[at + 1] * 8; bit++)
            {
                if (Has(bitmap.Slice(at + 2, bitmap[at + 1]), bit))
                {
                    types.Add((DnsType)((bitmap[at] << 8) | bit));
                }
            }
        }

        return [.. types];
    }

    /// <summary>Writes the bitmap of types that are in order, and gives its length.</summary>
    internal static int Encode(IEnumerable<ushort> types, Span<byte> bitmap)
    {
        int window = -1, begin = 0, end = 0;
        foreach (ushort type in types)
        {
            if (type >> 8 != window)
            {
                window = type >> 8;
                begin = end;
                bitmap.Slice(begin, WindowBytes + 2).Clear();
                bitmap[begin] = (byte)window;
            }

            int low = type & 0xff;
            bitmap[begin + 2 + (low / 8)] |= (byte)(0x80 >> (low % 8));
            bitmap[begin + 1] = (byte)((low / 8) + 1);
            end = begin + 2 + bitmap[begin + 1];
        }

        return end;
    }

    private static bool Has(ReadOnlySpan<byte> window, int bit) => (window[bit / 8] & (0x80 >> (bit % 8))) != 0;
}
