using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Session;

/// <summary>Is a request for a transfer: a query, and the version that the client has. <b>Spec</b>: RFC 5936 §2.1; RFC 1995 §3. <b>Lifetime</b>: as long as the message's bytes.</summary>
internal readonly ref struct TransferRequest
{
    // A serial number, four times, and the two names before them.
    private const int SoaFixedBytes = 20;

    private readonly QueryMessage _query;

    private TransferRequest(QueryMessage query, uint? serial, bool isMalformed)
    {
        _query = query;
        Serial = serial;
        ResponseCode = isMalformed ? DnsResponseCode.FormatError : query is { HasEdns: true, Edns.Version: > 0 } ? DnsResponseCode.BadVersion : DnsResponseCode.NoError;
    }

    /// <summary>Gets the header.</summary>
    public DnsHeader Header => _query.Header;

    /// <summary>Gets the name of the zone that is asked for, its case kept.</summary>
    public ReadOnlySpan<byte> Name => _query.Name;

    /// <summary>Gets AXFR or IXFR.</summary>
    public DnsType Type => _query.Type;

    /// <summary>Gets the class.</summary>
    public DnsClass Class => _query.Class;

    /// <summary>Gets the version that the client has; null if it does not say.</summary>
    public uint? Serial { get; }

    /// <summary>Gets what the client can take in a datagram.</summary>
    public int DatagramBytes => _query.HasEdns ? _query.Edns.DatagramBytes : DnsLimits.PlainDatagramBytes;

    /// <summary>Gets what the OPT record of each answer says.</summary>
    public TransferEdns Edns => _query.HasEdns ? new(true, _query.DnssecOk, _query.Edns.TryFind(EdnsOptionCode.TcpKeepalive, out _)) : default;

    /// <summary>Gets the result that the request must be answered with at once.</summary>
    public DnsResponseCode ResponseCode { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="request">What it says.</param>
    /// <returns>False if the message asks for something else.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out TransferRequest request)
    {
        DnsViolation violation = QueryMessage.Decode(message, out QueryMessage query);
        if (query.Header is { IsResponse: true } or { Opcode: not DnsOpcode.Query } or { QuestionCount: not 1 }
            || query.Type is not (DnsType.AXFR or DnsType.IXFR))
        {
            request = default;
            return false;
        }

        uint? serial = violation == DnsViolation.None && query.Type == DnsType.IXFR ? FindSerial(message) : null;
        request = new(query, serial, violation != DnsViolation.None || (query.Type == DnsType.IXFR && serial is null));
        return true;
    }

    // Of a message in which every record is whole. One SOA is looked at: there is room for thousands, each with two names that pointers make long.
    private static uint? FindSerial(ReadOnlySpan<byte> message)
    {
        DnsMessageReader.Begin(message, out DnsMessageReader reader);
        while (reader.TryReadRecord(out DnsRecordView record, out _))
        {
            if (record is { Section: DnsSection.Authority, Type: DnsType.SOA })
            {
                return SerialOf(record);
            }
        }

        return null;
    }

    private static uint? SerialOf(scoped in DnsRecordView soa)
    {
        Span<byte> rdata = stackalloc byte[(2 * DnsLimits.NameBytes) + SoaFixedBytes];
        return soa.CopyRdata(rdata, out int length) == DnsViolation.None ? BinaryPrimitives.ReadUInt32BigEndian(rdata.Slice(length - SoaFixedBytes, 4)) : null;
    }
}
