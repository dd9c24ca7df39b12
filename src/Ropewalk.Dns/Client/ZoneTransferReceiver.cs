using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Client;

/// <summary>Takes the messages of one transfer, one after the other, and gives their records to a sink; pure.</summary>
/// <remarks>
/// <b>Theory.</b> A transfer is one list of records cut into messages anyhow. It begins with the zone's SOA record and ends with the same one (RFC 5936 §2.2). If it was asked for with a serial, the second record
/// may be the SOA record of that serial: then it is a list of differences, each the old SOA record with what goes and the new one with what comes (RFC 1995 §4), until the newest comes once more as the end.
/// A first SOA record that is not newer than the serial, and nothing else, means that there is nothing to send. Nothing that has come is worth anything until the end has come, with its signature.
/// </remarks>
internal sealed class ZoneTransferReceiver(DnsQuestion question, ushort id, uint? since, TsigTransaction? tsig, ZoneTransferOptions limits, IZoneTransferSink sink)
{
    private readonly byte[] _name = new byte[DnsLimits.NameBytes];
    private readonly byte[] _rdata = new byte[DnsLimits.RdataBytes];
    private byte[] _firstRdata = [];
    private uint _firstTtl;
    private State _state = State.First;
    private bool _isLastSigned;
    private uint _present;

    private enum State
    {
        First,
        Second,
        Whole,
        Removing,
        Adding,
        Over,
    }

    /// <summary>Gets why it failed.</summary>
    public ZoneTransferFailure Failure { get; private set; }

    /// <summary>Gets the server's result.</summary>
    public DnsResponseCode Code { get; private set; }

    public ZoneTransferKind Kind { get; private set; }

    public uint? Serial { get; private set; }

    public long Records { get; private set; }

    public long Messages { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Gets whether no more messages are wanted: all has come, or it failed.</summary>
    public bool IsOver => _state == State.Over || Failure != ZoneTransferFailure.None;

    /// <summary>Takes the next message.</summary>
    public void Receive(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        Messages++;
        Bytes += message.Length;
        Failure = Bytes > limits.MostBytes ? ZoneTransferFailure.TooLarge : Take(message, now);
    }

    /// <summary>Takes the end of the connection, or of patience.</summary>
    public void End(ZoneTransferFailure failure)
    {
        if (!IsOver)
        {
            Failure = failure;
        }
    }

    private ZoneTransferFailure Take(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        ZoneTransferFailure failure = TakeHeader(message, out DnsMessageReader reader);
        if (failure == ZoneTransferFailure.None && tsig is not null)
        {
            failure = TakeSignature(message, now);
        }

        if (failure == ZoneTransferFailure.None && Code != DnsResponseCode.NoError)
        {
            failure = ZoneTransferFailure.Refused;
        }

        return failure == ZoneTransferFailure.None ? TakeRecords(ref reader) : failure;
    }

    private ZoneTransferFailure TakeHeader(ReadOnlySpan<byte> message, out DnsMessageReader reader)
    {
        if (DnsMessageReader.Begin(message, out reader) != DnsViolation.None)
        {
            return ZoneTransferFailure.Malformed;
        }

        // RFC 5936 §2.2.1: the number is the question's in every message, and QR is set.
        DnsHeader header = reader.Header;
        if (header.Id != id || !header.IsResponse || header.Opcode != DnsOpcode.Query || header.IsTruncated)
        {
            return ZoneTransferFailure.WrongMessage;
        }

        Code = header.ResponseCode;
        // RFC 5936 §2.2.1: the first message repeats the question; the others may.
        if (header.QuestionCount > 1 || (header.QuestionCount == 0 && Messages == 1 && Code == DnsResponseCode.NoError))
        {
            return ZoneTransferFailure.WrongMessage;
        }

        if (header.QuestionCount == 0)
        {
            return ZoneTransferFailure.None;
        }

        bool isSame = reader.TryReadQuestion(out DnsQuestionView asked, out _) && asked.CopyName(_name, out int length) == DnsViolation.None
            && WireName.Equal(_name.AsSpan(0, length), question.Name.Wire) && asked.Type == question.Type && asked.Class == question.Class;
        return isSame ? ZoneTransferFailure.None : ZoneTransferFailure.WrongMessage;
    }

    private ZoneTransferFailure TakeSignature(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        if (TsigView.Find(message, out TsigView view, out bool isThere) != DnsViolation.None)
        {
            return ZoneTransferFailure.Malformed;
        }

        _isLastSigned = isThere;
        if (!isThere)
        {
            // RFC 8945 §5.3.1: the first is signed, and of the others at least each hundredth.
            return tsig!.TryTakeUnsigned(message) ? ZoneTransferFailure.None : ZoneTransferFailure.NotSigned;
        }

        if (tsig!.Check(view, now) == DnsResponseCode.NoError)
        {
            return ZoneTransferFailure.None;
        }

        Code = view.Mac.IsEmpty ? view.Error : DnsResponseCode.BadSignature;
        return ZoneTransferFailure.NotSigned;
    }

    private ZoneTransferFailure TakeRecords(ref DnsMessageReader reader)
    {
        // Messages without records would be a transfer without end.
        if (reader.Header.AnswerCount == 0)
        {
            return Messages == 1 ? ZoneTransferFailure.NoStartOfAuthority : ZoneTransferFailure.Malformed;
        }

        DnsViolation violation;
        while (reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            if (record.Section != DnsSection.Answer)
            {
                continue;
            }

            ZoneTransferFailure failure = TakeRecord(record);
            if (failure != ZoneTransferFailure.None)
            {
                return failure;
            }
        }

        if (violation != DnsViolation.None || reader.End() != DnsViolation.None)
        {
            return ZoneTransferFailure.Malformed;
        }

        if (_state == State.Second && since is { } old && !IsNewer(Serial!.Value, old))
        {
            // RFC 1995 §2: one SOA record, and not a newer one.
            Kind = ZoneTransferKind.UpToDate;
            _state = State.Over;
        }

        return _state == State.Over && tsig is not null && !_isLastSigned ? ZoneTransferFailure.NotSigned : ZoneTransferFailure.None;
    }

    private ZoneTransferFailure TakeRecord(in DnsRecordView record)
    {
        if (_state == State.Over)
        {
            return ZoneTransferFailure.TrailingRecords;
        }

        if (++Records > limits.MostRecords)
        {
            return ZoneTransferFailure.TooLarge;
        }

        if (record.CopyOwner(_name, out int ownerBytes) != DnsViolation.None || record.CopyRdata(_rdata, out int rdataBytes) != DnsViolation.None)
        {
            return ZoneTransferFailure.Malformed;
        }

        ReadOnlySpan<byte> owner = _name.AsSpan(0, ownerBytes), rdata = _rdata.AsSpan(0, rdataBytes);
        // What is of another zone would let a server say things about names that are not its own.
        if (!WireName.IsWithin(owner, question.Name.Wire) || record.Class != question.Class || record.Type.IsMeta())
        {
            return ZoneTransferFailure.OutOfZone;
        }

        bool isStart = record.Type == DnsType.SOA;
        if (isStart && !WireName.Equal(owner, question.Name.Wire))
        {
            return ZoneTransferFailure.OutOfZone;
        }

        if (_state == State.First)
        {
            // Whether it begins a whole zone or only says how new one is, the second record will tell.
            _firstRdata = rdata.ToArray();
            _firstTtl = record.Ttl;
        }

        ZoneTransferFailure failure = isStart ? TakeStart(SerialOf(rdata)) : TakeOther();
        if (failure == ZoneTransferFailure.None && _state is State.Whole or State.Removing or State.Adding)
        {
            ZoneChangeKind kind = _state switch { State.Whole => ZoneChangeKind.Whole, State.Removing => ZoneChangeKind.Removed, _ => ZoneChangeKind.Added };
            sink.Take(kind, owner, record.Type, record.Class, record.Ttl, rdata);
        }

        return failure;
    }

    private ZoneTransferFailure TakeOther()
    {
        if (_state == State.First)
        {
            return ZoneTransferFailure.NoStartOfAuthority;
        }

        if (_state == State.Second)
        {
            BeginWhole();
        }

        return ZoneTransferFailure.None;
    }

    private ZoneTransferFailure TakeStart(uint serial)
    {
        switch (_state)
        {
            case State.First:
                Serial = serial;
                _state = State.Second;
                return ZoneTransferFailure.None;
            case State.Second when since == serial && serial != Serial:
                Kind = ZoneTransferKind.Changes;
                _present = serial;
                _state = State.Removing;
                return ZoneTransferFailure.None;
            case State.Second when serial == Serial:
                // A zone of nothing but its SOA record.
                BeginWhole();
                _state = State.Over;
                return ZoneTransferFailure.None;
            case State.Whole when serial == Serial:
                _state = State.Over;
                return ZoneTransferFailure.None;
            case State.Removing when IsNewer(serial, _present):
                _present = serial;
                _state = State.Adding;
                return ZoneTransferFailure.None;
            case State.Adding when serial == Serial && _present == serial:
                _state = State.Over;
                return ZoneTransferFailure.None;
            // RFC 1995 §4: the next sequence begins where this one has led to.
            case State.Adding when serial == _present:
                _state = State.Removing;
                return ZoneTransferFailure.None;
            default:
                return ZoneTransferFailure.WrongSerial;
        }
    }

    private void BeginWhole()
    {
        Kind = ZoneTransferKind.Whole;
        _state = State.Whole;
        sink.Take(ZoneChangeKind.Whole, question.Name.Wire, DnsType.SOA, question.Class, _firstTtl, _firstRdata);
    }

    private static uint SerialOf(ReadOnlySpan<byte> rdata) => BinaryPrimitives.ReadUInt32BigEndian(rdata[^20..]);

    // RFC 1982 §3.2.
    private static bool IsNewer(uint serial, uint other) => serial != other && serial - other < 1U << 31;
}
