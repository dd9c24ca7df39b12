namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a domain name.</summary>
internal sealed class NameField(string name, NameUse use) : RecordField(name)
{
    public NameUse Use => use;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        DnsViolation violation = WireName.Measure(rdata[at..], out int length);
        at += length;
        return violation == DnsViolation.NameTruncated ? DnsViolation.RdataTruncated : violation;
    }

    public override bool Parse(ref RdataParser parser) => parser.PutName();

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        int begin = at;
        Skip(rdata, ref at);
        printer.Name(rdata[begin..at]);
    }
}
