using System.Buffers;
using System.Buffers.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is bytes to the end, written in one word or several.</summary>
internal sealed class BinaryField(string name, BinaryForm form, int leastBytes) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at) =>
        rdata.Length - at < leastBytes ? DnsViolation.RdataTruncated : Step(rdata, ref at, rdata.Length - at);

    public override bool Parse(ref RdataParser parser)
    {
        if (form == BinaryForm.Base64)
        {
            return ParseBase64(ref parser);
        }

        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken token) || !BinaryText.Put(ref parser, token, form))
            {
                return false;
            }
        }

        return true;
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        if (at < rdata.Length)
        {
            printer.Begin();
            BinaryText.Print(rdata[at..], form, ref printer);
            at = rdata.Length;
        }
    }

    // Base 64 is cut into words anywhere: four digits may stand in two of them.
    private static bool ParseBase64(ref RdataParser parser)
    {
        Span<byte> quad = stackalloc byte[4];
        int held = 0, offset = 0;
        bool hasEnded = false;
        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken token))
            {
                return false;
            }

            offset = token.Offset;
            // Most of a word at once; what is left over is less than four digits.
            int whole = held == 0 && !hasEnded ? token.Text.Length & ~3 : 0;
            if (whole > 0)
            {
                if (!PutDigits(ref parser, token.Text[..whole], offset))
                {
                    return false;
                }

                hasEnded = token.Text[whole - 1] == (byte)'=';
            }

            foreach (byte digit in token.Text[whole..])
            {
                quad[held++] = digit;
                if (held < 4)
                {
                    continue;
                }

                held = 0;
                if (hasEnded)
                {
                    return parser.Fail(MasterFileViolation.Base64Malformed, offset);
                }

                if (!PutDigits(ref parser, quad, offset))
                {
                    return false;
                }

                hasEnded = digit == (byte)'=';
            }
        }

        return held == 0 || parser.Fail(MasterFileViolation.Base64Malformed, offset);
    }

    private static bool PutDigits(ref RdataParser parser, scoped ReadOnlySpan<byte> digits, int offset)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(digits.Length);
        try
        {
            return Base64.DecodeFromUtf8(digits, rented, out _, out int written) == OperationStatus.Done
                ? parser.Put(rented.AsSpan(0, written))
                : parser.Fail(MasterFileViolation.Base64Malformed, offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
