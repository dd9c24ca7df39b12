using System.Buffers.Binary;

namespace Ropewalk.Dns.Wire;

/// <summary>Reads a message from its first byte to its last: the header, the questions, the records one by one.</summary>
/// <remarks>
/// Nothing is allocated, and no rule that the message breaks is an exception. Names and rdata are looked at when they are asked for; a walk over all
/// records costs one step for each label that is written out and each record, whatever pointers lead to. <b>Lifetime</b>: as long as the message's bytes.
/// </remarks>
public ref struct DnsMessageReader
{
    private readonly ReadOnlySpan<byte> _message;
    private int _position;
    private int _left;

    private DnsMessageReader(ReadOnlySpan<byte> message, scoped in DnsHeader header)
    {
        _message = message;
        Header = header;
        _position = DnsLimits.HeaderBytes;
        _left = header.QuestionCount;
    }

    /// <summary>Gets the message.</summary>
    public readonly ReadOnlySpan<byte> Message => _message;

    /// <summary>Gets the header.</summary>
    public DnsHeader Header { get; }

    /// <summary>Gets where the next question or record begins.</summary>
    public readonly int Position => _position;

    /// <summary>Gets the section that the next question or record is in.</summary>
    public DnsSection Section { readonly get; private set; }

    /// <summary>Begins to read a message.</summary>
    public static DnsViolation Begin(ReadOnlySpan<byte> message, out DnsMessageReader reader)
    {
        DnsViolation violation = DnsHeader.Decode(message, out DnsHeader header);
        reader = violation == DnsViolation.None ? new(message, header) : default;
        return violation;
    }

    /// <summary>Reads the next question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="violation">The rule that it breaks.</param>
    /// <returns>False if there is none left, or it breaks a rule.</returns>
    public bool TryReadQuestion(out DnsQuestionView question, out DnsViolation violation)
    {
        question = default;
        violation = DnsViolation.None;
        if (Section != DnsSection.Question || _left == 0)
        {
            return false;
        }

        int position = _position;
        violation = WireName.Skip(_message, ref position);
        if (violation == DnsViolation.None && position + 4 > _message.Length)
        {
            violation = DnsViolation.QuestionTruncated;
        }

        if (violation != DnsViolation.None)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = _message[position..];
        question = new(_message, _position, (DnsType)BinaryPrimitives.ReadUInt16BigEndian(rest), (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        _position = position + 4;
        _left--;
        return true;
    }

    /// <summary>Reads the next record of any section, and steps over questions that have not been read.</summary>
    /// <param name="record">The record.</param>
    /// <param name="violation">The rule that it breaks.</param>
    /// <returns>False if there is none left, or it breaks a rule.</returns>
    public bool TryReadRecord(out DnsRecordView record, out DnsViolation violation)
    {
        record = default;
        while (Section == DnsSection.Question && _left > 0)
        {
            if (!TryReadQuestion(out _, out violation))
            {
                return false;
            }
        }

        violation = DnsViolation.None;
        while (_left == 0)
        {
            if (Section == DnsSection.Additional)
            {
                return false;
            }

            Section++;
            _left = Header.Count(Section);
        }

        int position = _position;
        violation = WireName.Skip(_message, ref position);
        if (violation != DnsViolation.None)
        {
            return false;
        }

        if (position + DnsRecordView.FixedBytes > _message.Length)
        {
            violation = DnsViolation.RecordTruncated;
            return false;
        }

        ReadOnlySpan<byte> rest = _message[position..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
        if (length > rest.Length - DnsRecordView.FixedBytes)
        {
            violation = DnsViolation.RdataBeyondMessage;
            return false;
        }

        record = new(_message, Section, _position, position, length, BinaryPrimitives.ReadUInt64BigEndian(rest));
        _position = position + DnsRecordView.FixedBytes + length;
        _left--;
        return true;
    }

    /// <summary>Says whether bytes follow the last record; to be asked when all have been read.</summary>
    public readonly DnsViolation End() => _position < _message.Length ? DnsViolation.MessageTrailing : DnsViolation.None;
}
