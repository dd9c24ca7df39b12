using System.Buffers.Binary;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a place on Earth with its altitude, size and precisions. <b>Spec</b>: RFC 1876 §2, §3.</summary>
internal sealed class LocationField(string name) : RecordField(name)
{
    private const int Bytes = 16;
    // RFC 1876 §2: 2^31 is the equator and the prime meridian, a unit a thousandth of a second of arc; altitudes are centimetres from 100,000 m below.
    private const uint Middle = 1u << 31;
    private const long AltitudeBase = 10_000_000;
    private const int Degree = 3_600_000;

    public override int FixedBytes => Bytes;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        if (rdata.Length - at < Bytes)
        {
            return DnsViolation.RdataTruncated;
        }

        ReadOnlySpan<byte> location = rdata.Slice(at, Bytes);
        at += Bytes;
        bool isGood = location[0] == 0 && IsSize(location[1]) && IsSize(location[2]) && IsSize(location[3])
            && Math.Abs(BinaryPrimitives.ReadUInt32BigEndian(location[4..]) - (long)Middle) <= 90L * Degree
            && Math.Abs(BinaryPrimitives.ReadUInt32BigEndian(location[8..]) - (long)Middle) <= 180L * Degree;
        return isGood ? DnsViolation.None : DnsViolation.FieldMalformed;
    }

    public override bool Parse(ref RdataParser parser)
    {
        if (!TryTakeAngle(ref parser, 90, 'N', 'S', out uint latitude) || !TryTakeAngle(ref parser, 180, 'E', 'W', out uint longitude)
            || !parser.TryTake(out MasterFileToken token))
        {
            return false;
        }

        if (!TryParseMetres(token.Text, out long altitude) || altitude < -AltitudeBase || altitude + AltitudeBase > uint.MaxValue)
        {
            return parser.Fail(MasterFileViolation.LocationMalformed, token.Offset);
        }

        // RFC 1876 §3: a size of 1 m, precisions of 10,000 m and 10 m, where they are left out.
        Span<byte> sizes = [0x12, 0x16, 0x13];
        for (int i = 0; i < sizes.Length && parser.HasMore(); i++)
        {
            if (!parser.TryTake(out token))
            {
                return false;
            }

            if (!TryParseMetres(token.Text, out long centimetres) || centimetres is < 0 or > 9_000_000_000)
            {
                return parser.Fail(MasterFileViolation.LocationMalformed, token.Offset);
            }

            sizes[i] = ToSize(centimetres);
        }

        return parser.Put(0) && parser.Put(sizes) && parser.PutNumber(latitude, 4) && parser.PutNumber(longitude, 4) && parser.PutNumber((ulong)(altitude + AltitudeBase), 4);
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        ReadOnlySpan<byte> location = rdata.Slice(at, Bytes);
        at += Bytes;
        PrintAngle(BinaryPrimitives.ReadUInt32BigEndian(location[4..]), "N"u8, "S"u8, ref printer);
        PrintAngle(BinaryPrimitives.ReadUInt32BigEndian(location[8..]), "E"u8, "W"u8, ref printer);
        PrintMetres(BinaryPrimitives.ReadUInt32BigEndian(location[12..]) - AltitudeBase, true, ref printer);
        foreach (byte size in location[1..4])
        {
            long centimetres = size >> 4;
            for (int power = size & 0xf; power > 0; power--)
            {
                centimetres *= 10;
            }

            // A size has one digit: below a metre it is in the decimals.
            PrintMetres(centimetres, centimetres < 100, ref printer);
        }
    }

    private static bool IsSize(byte size) => size >> 4 <= 9 && (size & 0xf) <= 9 && (size >> 4 != 0 || (size & 0xf) == 0);

    private static bool TryTakeAngle(ref RdataParser parser, int mostDegrees, char plus, char minus, out uint angle)
    {
        angle = 0;
        long total = 0;
        for (int part = 0; ; part++)
        {
            if (!parser.TryTake(out MasterFileToken token))
            {
                return false;
            }

            int direction = token.Text.Length == 1 ? token.Text[0] & ~0x20 : 0;
            if (part > 0 && (direction == plus || direction == minus))
            {
                angle = (uint)(direction == plus ? Middle + total : Middle - total);
                return total <= (long)mostDegrees * Degree || parser.Fail(MasterFileViolation.LocationMalformed, token.Offset);
            }

            // Degrees, minutes, seconds with up to three decimals.
            if (part > 2 || !TryParseDecimal(token.Text, part == 2 ? 3 : 0, out long value) || value < 0 || value > (part == 0 ? mostDegrees : part == 1 ? 59 : 59_999))
            {
                return parser.Fail(MasterFileViolation.LocationMalformed, token.Offset);
            }

            total += value * (part == 0 ? Degree : part == 1 ? 60_000 : 1);
        }
    }

    private static bool TryParseMetres(ReadOnlySpan<byte> text, out long centimetres) =>
        TryParseDecimal(text.Length > 1 && (text[^1] | 0x20) == 'm' ? text[..^1] : text, 2, out centimetres);

    /// <summary>Parses a decimal number as a whole number of its last place.</summary>
    private static bool TryParseDecimal(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        value = 0;
        bool isNegative = text.Length > 0 && text[0] == (byte)'-';
        text = isNegative ? text[1..] : text;
        int point = text.IndexOf((byte)'.');
        int places = point < 0 ? 0 : text.Length - point - 1;
        // Twelve digits: no field has more.
        if (text.Length is 0 or > 12 || point == 0 || places > decimals || (point >= 0 && places == 0))
        {
            return false;
        }

        foreach (byte digit in text)
        {
            if (char.IsAsciiDigit((char)digit))
            {
                value = (value * 10) + digit - '0';
            }
            else if (digit != (byte)'.')
            {
                return false;
            }
        }

        if (point >= 0 && text[(point + 1)..].Contains((byte)'.'))
        {
            return false;
        }

        for (; places < decimals; places++)
        {
            value *= 10;
        }

        value = isNegative ? -value : value;
        return true;
    }

    private static byte ToSize(long centimetres)
    {
        int power = 0;
        for (; centimetres > 9; power++)
        {
            centimetres /= 10;
        }

        return (byte)((centimetres << 4) | (uint)(centimetres == 0 ? 0 : power));
    }

    private static void PrintAngle(uint angle, ReadOnlySpan<byte> plus, ReadOnlySpan<byte> minus, ref RdataPrinter printer)
    {
        long distance = Math.Abs(angle - (long)Middle);
        printer.Number((ulong)(distance / Degree));
        printer.Number((ulong)(distance / 60_000 % 60));
        printer.Number((ulong)(distance / 1000 % 60));
        printer.Put("."u8);
        printer.PutNumber((ulong)(distance % 1000), 3);
        printer.Word(angle >= Middle ? plus : minus);
    }

    // RFC 1876 §3: decimals are written for altitudes always, as its own code and BIND do.
    private static void PrintMetres(long centimetres, bool hasDecimals, ref RdataPrinter printer)
    {
        printer.Word(centimetres < 0 ? "-"u8 : ""u8);
        ulong distance = (ulong)Math.Abs(centimetres);
        printer.PutNumber(distance / 100);
        if (hasDecimals)
        {
            printer.Put("."u8);
            printer.PutNumber(distance % 100, 2);
        }

        printer.Put("m"u8);
    }
}
