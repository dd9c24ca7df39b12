using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a set of types: for each window of 256 of them its number, a length of 1 to 32, and as many bytes of bits. <b>Spec</b>: RFC 4034 §4.1.2.</summary>
internal sealed class TypeBitmapField(string name) : RecordField(name)
{
    /// <summary>The bits of all 65,536 types.</summary>
    internal const int AllTypesBytes = 256 * WindowBytes;

    /// <summary>The longest bitmap: 256 windows.</summary>
    internal const int MostBytes = 256 * (WindowBytes + 2);

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

    [SkipLocalsInit]
    public override bool Parse(ref RdataParser parser)
    {
        // A bit for each type there can be, cleared as far as they are used.
        Span<byte> types = stackalloc byte[AllTypesBytes];
        int used = 0;
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

            int end = (((int)type >> 8) + 1) * WindowBytes;
            if (end > used)
            {
                types[used..end].Clear();
                used = end;
            }

            Add(types, type);
        }

        Span<byte> bitmap = stackalloc byte[MostBytes];
        return parser.Put(bitmap[..Encode(types[..used], bitmap)]);
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

    /// <summary>Sets the bit of a type.</summary>
    internal static void Add(Span<byte> types, DnsType type) => types[(int)type / 8] |= (byte)(0x80 >> ((int)type % 8));

    /// <summary>Writes the bitmap of the types whose bits are set, and gives its length.</summary>
    internal static int Encode(ReadOnlySpan<byte> types, Span<byte> bitmap)
    {
        int end = 0;
        for (int window = 0; window < types.Length / WindowBytes; window++)
        {
            ReadOnlySpan<byte> bits = types.Slice(window * WindowBytes, WindowBytes);
            int length = bits.LastIndexOfAnyExcept((byte)0) + 1;
            if (length > 0)
            {
                bitmap[end] = (byte)window;
                bitmap[end + 1] = (byte)length;
                bits[..length].CopyTo(bitmap[(end + 2)..]);
                end += length + 2;
            }
        }

        return end;
    }

    private static bool Has(ReadOnlySpan<byte> window, int bit) => (window[bit / 8] & (0x80 >> (bit % 8))) != 0;
}
