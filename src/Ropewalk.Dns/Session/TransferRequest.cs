using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Session;

/// <summary>Is a request for a transfer as it lies in its message. <b>Spec</b>: RFC 5936 §2.1; RFC 1995 §3.</summary>
internal readonly ref struct TransferRequest
{
    // A serial number, four times, and the two names before them.
    private const int SoaFixedBytes = 20;

    private TransferRequest(scoped in DnsHeader header, ReadOnlySpan<byte> name, scoped in DnsQuestionView question)
    {
        Header = header;
        Name = name;
        Type = question.Type;
        Class = question.Class;
    }

    /// <summary>Gets the header.</summary>
    public DnsHeader Header { get; }

    /// <summary>Gets the name of the zone that is asked for, its case kept.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Gets AXFR or IXFR.</summary>
    public DnsType Type { get; }

    /// <summary>Gets the class.</summary>
    public DnsClass Class { get; }

    /// <summary>Gets the version that the client has; null if it does not say.</summary>
    public uint? Serial { get; private init; }

    /// <summary>Gets what the client can take in a datagram.</summary>
    public int DatagramBytes { get; private init; }

    /// <summary>Gets what the OPT record of each answer says.</summary>
    public TransferEdns Edns { get; private init; }

    /// <summary>Gets the result that the request must be answered with at once.</summary>
    public DnsResponseCode ResponseCode { get; private init; }

    /// <summary>Reads a request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="name">Where the zone's name is kept: 255 bytes.</param>
    /// <param name="request">What it says.</param>
    /// <returns>False if the message asks for something else.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, Span<byte> name, out TransferRequest request)
    {
        request = default;
        if (DnsMessageReader.Begin(message, out DnsMessageReader reader) != DnsViolation.None
            || reader.Header is { IsResponse: true } or { Opcode: not DnsOpcode.Query } or { QuestionCount: not 1 }
            || !reader.TryReadQuestion(out DnsQuestionView question, out _)
            || question.Type is not (DnsType.AXFR or DnsType.IXFR)
            || question.CopyName(name, out int length) != DnsViolation.None)
        {
            return false;
        }

        request = ReadRecords(ref reader, new(reader.Header, name[..length], question));
        return true;
    }

    private static TransferRequest ReadRecords(scoped ref DnsMessageReader reader, TransferRequest bare)
    {
        EdnsView edns = default;
        bool hasEdns = false;
        uint? serial = null;
        DnsViolation violation;
        while (reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            if (serial is null && record is { Section: DnsSection.Authority, Type: DnsType.SOA })
            {
                serial = SerialOf(record);
                if (serial is null)
                {
                    // One is looked at: a message has room for thousands, each with two names that pointers make long.
                    violation = DnsViolation.RdataTruncated;
                    break;
                }
            }
            else if (record.Type == DnsType.OPT)
            {
                violation = hasEdns ? DnsViolation.OptRepeated : EdnsView.Decode(record, out edns);
                hasEdns = true;
                if (violation != DnsViolation.None)
                {
                    break;
                }
            }
        }

        bool isMalformed = violation != DnsViolation.None || reader.End() != DnsViolation.None || (bare.Type == DnsType.IXFR && serial is null);
        return bare with
        {
            Serial = serial,
            DatagramBytes = hasEdns ? edns.DatagramBytes : DnsLimits.PlainDatagramBytes,
            Edns = hasEdns ? new TransferEdns(true, edns.DnssecOk, edns.TryFind(EdnsOptionCode.TcpKeepalive, out _)) : default,
            ResponseCode = isMalformed ? DnsResponseCode.FormatError : hasEdns && edns.Version > 0 ? DnsResponseCode.BadVersion : DnsResponseCode.NoError,
        };
    }

    private static uint? SerialOf(scoped in DnsRecordView soa)
    {
        Span<byte> rdata = stackalloc byte[(2 * DnsLimits.NameBytes) + SoaFixedBytes];
        return soa.CopyRdata(rdata, out int length) == DnsViolation.None ? BinaryPrimitives.ReadUInt32BigEndian(rdata.Slice(length - SoaFixedBytes, 4)) : null;
    }
}
