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
        Span<byte> three = stackalloc byte[3];
        int held = 0, offset = 0;
        bool hasEnded = false;
        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken token))
            {
                return false;
            }

            offset = token.Offset;
            foreach (byte digit in token.Text)
            {
                quad[held++] = digit;
                if (held < 4)
                {
                    continue;
                }

                held = 0;
                if (hasEnded || System.Buffers.Text.Base64.DecodeFromUtf8(quad, three, out _, out int written) != System.Buffers.OperationStatus.Done)
                {
                    return parser.Fail(MasterFileViolation.Base64Malformed, offset);
                }

                hasEnded = written < 3;
                if (!parser.Put(three[..written]))
                {
                    return false;
                }
            }
        }

        return held == 0 || parser.Fail(MasterFileViolation.Base64Malformed, offset);
    }
}
