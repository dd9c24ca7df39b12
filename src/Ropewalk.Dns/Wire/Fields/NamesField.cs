namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is any number of names, to the end, none of them compressed.</summary>
internal sealed class NamesField(string name) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        while (at < rdata.Length)
        {
            DnsViolation violation = WireName.Measure(rdata[at..], out int length);
            if (violation != DnsViolation.None)
            {
                return violation == DnsViolation.NameTruncated ? DnsViolation.RdataTruncated : violation;
            }

            at += length;
        }

        return DnsViolation.None;
    }

    public override bool Parse(ref RdataParser parser)
    {
        while (parser.HasMore())
        {
            if (!parser.PutName())
            {
                return false;
            }
        }

        return true;
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        while (at < rdata.Length)
        {
            WireName.Measure(rdata[at..], out int length);
            printer.Name(rdata.Slice(at, length));
            at += length;
        }
    }
}
