using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is the gateway of IPSECKEY: its type, the key's algorithm, and nothing, an address or a name. <b>Spec</b>: RFC 4025 §2.1.</summary>
internal sealed class GatewayField(string name) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        if (rdata.Length - at < 2)
        {
            return DnsViolation.RdataTruncated;
        }

        int type = rdata[at];
        at += 2;
        switch (type)
        {
            case 0:
                return DnsViolation.None;
            case 1:
                return Step(rdata, ref at, 4);
            case 2:
                return Step(rdata, ref at, 16);
            case 3:
                // RFC 4025 §2.5: the name must not be compressed.
                DnsViolation violation = WireName.Measure(rdata[at..], out int length);
                at += length;
                return violation == DnsViolation.NameTruncated ? DnsViolation.RdataTruncated : violation;
            default:
                return DnsViolation.FieldMalformed;
        }
    }

    public override bool Parse(ref RdataParser parser)
    {
        if (!parser.TryTake(out MasterFileToken token) || !parser.TryParseNumber(token, 3, out ulong type)
            || !parser.TryTakeNumber(byte.MaxValue, out ulong algorithm) || !parser.Put((byte)type) || !parser.Put((byte)algorithm))
        {
            return false;
        }

        if (type == 3)
        {
            return parser.PutName();
        }

        if (!parser.TryTake(out token))
        {
            return false;
        }

        if (type == 0)
        {
            return token.Text is [(byte)'.'] || parser.Fail(MasterFileViolation.AddressMalformed, token.Offset);
        }

        Span<byte> address = stackalloc byte[16];
        int bytes = type == 1 ? 4 : 16;
        return AddressField.TryParse(token.Text, bytes, address) ? parser.Put(address[..bytes]) : parser.Fail(MasterFileViolation.AddressMalformed, token.Offset);
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        int begin = at;
        Skip(rdata, ref at);
        printer.Number(rdata[begin]);
        printer.Number(rdata[begin + 1]);
        ReadOnlySpan<byte> gateway = rdata[(begin + 2)..at];
        switch (rdata[begin])
        {
            case 0:
                printer.Word("."u8);
                break;
            case 3:
                printer.Name(gateway);
                break;
            default:
                printer.Begin();
                AddressField.Put(gateway, ref printer);
                break;
        }
    }
}
