using System.Buffers.Binary;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Stands before another responder, keeps what is asked, and does the faults that are about an answer's bytes.</summary>
/// <remarks>What is about how an answer is sent (late, from another port, half of it on a stream) needs the server: <see cref="DnsServerOptions.Faults"/>. An answer that was signed is no longer right when it has been changed.</remarks>
public sealed class FaultyResponder : IMessageResponder
{
    // RFC 1035 §4.1.4: two bits set, and behind them the place.
    private const ushort Pointer = 0xc000;
    private const uint LieTtl = 3600;

    private readonly IMessageResponder _inner;
    private readonly DnsFaults _faults;

    /// <summary>Makes the responder.</summary>
    public FaultyResponder(IMessageResponder inner, DnsFaults faults)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(faults);
        _inner = inner;
        _faults = faults;
    }

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        InjectedDnsFault? injected = _faults.Find(message, origin, out AskedQuestion? question);
        int length = Respond(injected, message, origin, response);
        _faults.Announce(question);
        return length;
    }

    internal int Respond(InjectedDnsFault? injected, ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        DnsFault? fault = injected?.Fault;
        switch (fault?.Kind)
        {
            case DnsFaultKind.NoAnswer:
                return 0;
            case DnsFaultKind.Malformed:
                return WriteMalformed(message, response);
        }

        int length = _inner.Respond(message, origin, response);
        switch (fault?.Kind)
        {
            case DnsFaultKind.Code:
                return WriteBare(message, response, length, fault.ResponseCode, isTruncated: false);
            case DnsFaultKind.Truncated when origin.Transport == DnsTransport.Udp:
                return WriteBare(message, response, length, DnsResponseCode.NoError, isTruncated: true);
            case DnsFaultKind.Lie when TypeOf(message) is DnsType.A or DnsType.AAAA:
                return WriteLie(message, response, length, fault.Addresses);
        }

        if (fault is not null && length >= DnsLimits.HeaderBytes)
        {
            length = Change(injected!, response, length, origin);
        }

        return length;
    }

    private static int Change(InjectedDnsFault injected, Span<byte> response, int length, in MessageOrigin origin)
    {
        DnsFault fault = injected.Fault;
        switch (fault.Kind)
        {
            case DnsFaultKind.WrongId:
                BinaryPrimitives.WriteUInt16BigEndian(response, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(response) + 1));
                break;
            case DnsFaultKind.WrongQuestion:
                ChangeName(response[..length]);
                break;
            case DnsFaultKind.CutAnswer when origin.Transport == DnsTransport.Udp:
                return Math.Min(length, fault.Bytes);
            case DnsFaultKind.Ttl:
                var ttl = (uint)fault.Time.TotalSeconds;
                ChangeTtls(response[..length], _ => ttl);
                break;
            case DnsFaultKind.CountDown:
                var passed = (uint)Math.Max(0, (origin.Now - injected.Since).TotalSeconds);
                ChangeTtls(response[..length], full => full == 0 ? 0 : full - (passed % full));
                break;
        }

        return length;
    }

    private static void ChangeName(Span<byte> response)
    {
        const int FirstLetter = DnsLimits.HeaderBytes + 1;
        if (response.Length > FirstLetter && response[FirstLetter - 1] > 0)
        {
            response[FirstLetter] = (byte)((response[FirstLetter] | 0x20) == 'x' ? 'y' : 'x');
        }
    }

    private static void ChangeTtls(Span<byte> response, Func<uint, uint> change)
    {
        if (DnsMessageReader.Begin(response, out DnsMessageReader reader) != DnsViolation.None)
        {
            return;
        }

        while (reader.TryReadRecord(out DnsRecordView record, out _))
        {
            // RFC 6891 §6.1.3, RFC 8945 §4.2: what stands there in these is no time.
            if (record.Type is not (DnsType.OPT or DnsType.TSIG))
            {
                BinaryPrimitives.WriteUInt32BigEndian(response[(record.RdataOffset - 6)..], change(record.Ttl));
            }
        }
    }

    // What has a fault is known to be a question that can be read.
    private static DnsType TypeOf(ReadOnlySpan<byte> message)
    {
        QueryMessage.Decode(message, out QueryMessage query);
        return query.Type;
    }

    private static DnsMessageWriter Begin(ReadOnlySpan<byte> message, Span<byte> response, out QueryMessage query)
    {
        QueryMessage.Decode(message, out query);
        var writer = new DnsMessageWriter(response);
        writer.TryWriteQuestion(query.Name, query.Type, query.Class);
        return writer;
    }

    private static int WriteBare(ReadOnlySpan<byte> message, Span<byte> response, int length, DnsResponseCode code, bool isTruncated)
    {
        byte[] opt = OptOf(response[..length]);
        DnsMessageWriter writer = Begin(message, response, out QueryMessage query);
        WriteOpt(ref writer, opt);
        return writer.Finish(query.Header.ToResponse(code) with { IsTruncated = isTruncated });
    }

    private static int WriteLie(ReadOnlySpan<byte> message, Span<byte> response, int length, IReadOnlyList<Rdata> addresses)
    {
        byte[] opt = OptOf(response[..length]);
        DnsMessageWriter writer = Begin(message, response, out QueryMessage query);
        writer.GoTo(DnsSection.Answer);
        foreach (Rdata address in addresses)
        {
            if (address.Type == query.Type)
            {
                writer.TryWriteRecordAt(DnsLimits.HeaderBytes, query.Type, query.Class, LieTtl, address.Encode());
            }
        }

        WriteOpt(ref writer, opt);
        return writer.Finish(query.Header.ToResponse(DnsResponseCode.NoError) with { IsAuthoritative = true });
    }

    private static int WriteMalformed(ReadOnlySpan<byte> message, Span<byte> response)
    {
        DnsMessageWriter writer = Begin(message, response, out QueryMessage query);
        int length = writer.Finish(query.Header.ToResponse(DnsResponseCode.NoError));
        (query.Header.ToResponse(DnsResponseCode.NoError) with { QuestionCount = 1, AnswerCount = 1 }).Encode(response);
        BinaryPrimitives.WriteUInt16BigEndian(response[length..], (ushort)(Pointer | length));
        return length + 2;
    }

    // The OPT record of the right answer: a client that has a cookie of ours believes nothing without it.
    private static byte[] OptOf(ReadOnlySpan<byte> response)
    {
        if (DnsMessageReader.Begin(response, out DnsMessageReader reader) == DnsViolation.None)
        {
            while (reader.TryReadRecord(out DnsRecordView record, out _))
            {
                if (record.Type == DnsType.OPT)
                {
                    return response[record.OwnerOffset..(record.RdataOffset + record.RdataLength)].ToArray();
                }
            }
        }

        return [];
    }

    private static void WriteOpt(ref DnsMessageWriter writer, byte[] opt)
    {
        writer.GoTo(DnsSection.Additional);
        writer.TryWriteRecords(opt, opt.Length > 0 ? 1 : 0);
    }
}
