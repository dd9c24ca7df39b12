using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a character-string: a length byte, and as many bytes. <b>Spec</b>: RFC 1035 §3.3.</summary>
internal sealed class TextField(string name, bool isBare = false) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        if (at >= rdata.Length)
        {
            return DnsViolation.RdataTruncated;
        }

        int length = rdata[at];
        // RFC 8659 §4.1: a property's tag is letters and digits, at least one.
        if (isBare && (length == 0 || (at + 1 + length <= rdata.Length && HasOdd(rdata.Slice(at + 1, length)))))
        {
            return DnsViolation.FieldMalformed;
        }

        return Step(rdata, ref at, length + 1);
    }

    public override bool Parse(ref RdataParser parser) => parser.TryTake(out MasterFileToken token) && Put(ref parser, token);

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        ReadOnlySpan<byte> text = rdata.Slice(at + 1, rdata[at]);
        at += text.Length + 1;
        if (isBare)
        {
            printer.Word(text);
        }
        else
        {
            printer.Quoted(text);
        }
    }

    internal static bool Put(ref RdataParser parser, MasterFileToken token)
    {
        int position = parser.Length;
        return parser.Put(0) && parser.PutText(token) && parser.CloseText(position, token);
    }

    private static bool HasOdd(ReadOnlySpan<byte> tag)
    {
        foreach (byte value in tag)
        {
            if (!char.IsAsciiLetterOrDigit((char)value))
            {
                return true;
            }
        }

        return false;
    }
}
