using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is one character-string or more, to the end. <b>Spec</b>: RFC 1035 §3.3.14.</summary>
internal sealed class TextsField(string name) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        // One at least.
        do
        {
            if (at >= rdata.Length)
            {
                return DnsViolation.RdataTruncated;
            }

            DnsViolation violation = Step(rdata, ref at, rdata[at] + 1);
            if (violation != DnsViolation.None)
            {
                return violation;
            }
        }
        while (at < rdata.Length);

        return DnsViolation.None;
    }

    public override bool Parse(ref RdataParser parser)
    {
        do
        {
            if (!parser.TryTake(out MasterFileToken token) || !TextField.Put(ref parser, token))
            {
                return false;
            }
        }
        while (parser.HasMore());

        return true;
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        while (at < rdata.Length)
        {
            printer.Quoted(rdata.Slice(at + 1, rdata[at]));
            at += rdata[at] + 1;
        }
    }
}
