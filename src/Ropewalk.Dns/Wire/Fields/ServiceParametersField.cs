using System.Buffers.Binary;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is the list of a service's parameters: key, length and value, in the order of the keys. <b>Spec</b>: RFC 9460 §2.2.</summary>
internal sealed class ServiceParametersField(string name) : RecordField(name)
{
    private const int HeadBytes = 4;

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        int begin = at, last = -1;
        ReadOnlySpan<byte> mandatory = default;
        while (at < rdata.Length)
        {
            if (rdata.Length - at < HeadBytes)
            {
                return DnsViolation.RdataTruncated;
            }

            int key = BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]), length = BinaryPrimitives.ReadUInt16BigEndian(rdata[(at + 2)..]);
            at += HeadBytes;
            if (rdata.Length - at < length)
            {
                return DnsViolation.RdataTruncated;
            }

            // RFC 9460 §2.2: strictly increasing; a value of the wrong format makes the whole record malformed.
            if (key <= last || !ServiceParameterText.IsValue((ServiceParameterKey)key, rdata.Slice(at, length)))
            {
                return DnsViolation.ServiceParametersMalformed;
            }

            mandatory = key == (int)ServiceParameterKey.Mandatory ? rdata.Slice(at, length) : mandatory;
            last = key;
            at += length;
        }

        return HasAll(rdata[begin..], mandatory) ? DnsViolation.None : DnsViolation.ServiceParametersMalformed;
    }

    public override bool Parse(ref RdataParser parser)
    {
        SortedDictionary<ushort, byte[]> parameters = [];
        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken token))
            {
                return false;
            }

            int equals = token.Text.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = equals < 0 ? token.Text : token.Text[..equals];
            ReadOnlySpan<byte> value = equals < 0 ? default : token.Text[(equals + 1)..];
            if (equals == token.Text.Length - 1 && parser.TryTakeAdjacent(token.End, out MasterFileToken quoted))
            {
                value = quoted.Text;
            }

            if (!TryUnescape(value, out byte[] plain)
                || !ServiceParameterText.TryParseKey(key, out ServiceParameterKey parsed)
                || ServiceParameterText.ParseValue(parsed, plain, equals >= 0) is not { } encoded
                || encoded.Length > ushort.MaxValue
                || !parameters.TryAdd((ushort)parsed, encoded))
            {
                return parser.Fail(MasterFileViolation.ServiceParameterMalformed, token.Offset);
            }
        }

        foreach ((ushort key, byte[] value) in parameters)
        {
            if (!parser.PutNumber(key, 2) || !parser.PutNumber((ulong)value.Length, 2) || !parser.Put(value))
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
            var key = (ServiceParameterKey)BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rdata[(at + 2)..]);
            printer.Word(ServiceParameterText.NameOf(key));
            if (length > 0)
            {
                printer.Put("="u8);
                ServiceParameterText.PrintValue(key, rdata.Slice(at + HeadBytes, length), ref printer);
            }

            at += HeadBytes + length;
        }
    }

    // RFC 9460 §8: each key that is mandatory is in the record.
    private static bool HasAll(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> mandatory)
    {
        int at = 0;
        // Both are in order: one walk.
        for (int i = 0; i < mandatory.Length; i += 2)
        {
            ushort wanted = BinaryPrimitives.ReadUInt16BigEndian(mandatory[i..]);
            while (at < parameters.Length && BinaryPrimitives.ReadUInt16BigEndian(parameters[at..]) < wanted)
            {
                at += HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(parameters[(at + 2)..]);
            }

            if (at >= parameters.Length || BinaryPrimitives.ReadUInt16BigEndian(parameters[at..]) != wanted)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryUnescape(ReadOnlySpan<byte> text, out byte[] plain)
    {
        byte[] bytes = new byte[text.Length];
        int written = 0, at = 0;
        plain = bytes;
        while (at < text.Length)
        {
            byte value = text[at++];
            if (value == (byte)'\\' && !NameText.TakeEscaped(text, ref at, out value))
            {
                return false;
            }

            bytes[written++] = value;
        }

        plain = bytes[..written];
        return true;
    }
}
