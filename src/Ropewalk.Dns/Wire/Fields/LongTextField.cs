using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a text to the end, without a length of its own: CAA's value, URI's target.</summary>
internal sealed class LongTextField(string name, int leastBytes = 0) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at) =>
        rdata.Length - at < leastBytes ? DnsViolation.RdataTruncated : Step(rdata, ref at, rdata.Length - at);

    public override bool Parse(ref RdataParser parser) => parser.TryTake(out MasterFileToken token) && parser.PutText(token);

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        printer.Quoted(rdata[at..]);
        at = rdata.Length;
    }
}
