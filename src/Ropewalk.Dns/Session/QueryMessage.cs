using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Session;

/// <summary>Is a message that asks something: its header, its one question, and the OPT and TSIG records that may follow. <b>Lifetime</b>: as long as the message's bytes.</summary>
/// <remarks>
/// A name in a question is never compressed: there is nothing before it that it could be compressed with. So the bytes of the message are the name.
/// </remarks>
public readonly ref struct QueryMessage
{
    private QueryMessage(ReadOnlySpan<byte> message, scoped in DnsHeader header)
    {
        Message = message;
        Header = header;
    }

    private QueryMessage(ReadOnlySpan<byte> message, scoped in DnsHeader header, int nameLength, int labels)
        : this(message, header)
    {
        Name = message.Slice(DnsLimits.HeaderBytes, nameLength);
        LabelCount = labels;
        ReadOnlySpan<byte> rest = message[(DnsLimits.HeaderBytes + nameLength)..];
        Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(rest);
        Class = (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
    }

    /// <summary>Gets the message.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Gets the header.</summary>
    public DnsHeader Header { get; }

    /// <summary>Gets the name that is asked for, in wire form, its case as it came; empty if there is no question.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Gets how many labels the name has, without the root.</summary>
    public int LabelCount { get; }

    /// <summary>Gets the type that is asked for.</summary>
    public DnsType Type { get; }

    /// <summary>Gets the class that is asked for.</summary>
    public DnsClass Class { get; }

    /// <summary>Says whether there is an OPT record.</summary>
    public bool HasEdns { get; private init; }

    /// <summary>Gets what the OPT record says.</summary>
    public EdnsView Edns { get; private init; }

    /// <summary>Gets where in the message the TSIG record begins; zero if there is none.</summary>
    public int TsigOffset { get; private init; }

    /// <summary>Says whether signatures are wanted.</summary>
    public bool DnssecOk => HasEdns && Edns.DnssecOk;

    /// <summary>Decodes a message that has at least a header.</summary>
    /// <param name="message">The message.</param>
    /// <param name="query">What it asks; after a violation, as much as could be read: the header, then the question.</param>
    /// <returns>The rule that it breaks.</returns>
    public static DnsViolation Decode(ReadOnlySpan<byte> message, out QueryMessage query)
    {
        DnsViolation violation = DnsHeader.Decode(message, out DnsHeader header);
        query = new(message, header);
        if (violation != DnsViolation.None || header.QuestionCount == 0)
        {
            // RFC 7873 §5.4: without a question it may still have a cookie.
            violation = violation == DnsViolation.None ? DecodeRecords(ref query) : violation;
            return violation == DnsViolation.None ? DnsViolation.QuestionCount : violation;
        }

        int at = DnsLimits.HeaderBytes, labels = 0;
        while (true)
        {
            if ((uint)at >= (uint)message.Length)
            {
                return DnsViolation.NameTruncated;
            }

            int count = message[at++];
            if (count == 0)
            {
                break;
            }

            if (count > DnsLimits.LabelBytes)
            {
                return count < 0xc0 ? DnsViolation.LabelTypeUnknown : DnsViolation.PointerForbidden;
            }

            at += count;
            labels++;
        }

        int nameLength = at - DnsLimits.HeaderBytes;
        if (nameLength > DnsLimits.NameBytes || at + 4 > message.Length)
        {
            return nameLength > DnsLimits.NameBytes ? DnsViolation.NameTooLong : DnsViolation.QuestionTruncated;
        }

        query = new(message, header, nameLength, labels);
        // RFC 9619 §4: a query has one question and no more.
        if (header.QuestionCount != 1)
        {
            return DnsViolation.QuestionCount;
        }

        bool isBare = header.AnswerCount == 0 && header.AuthorityCount == 0 && header.AdditionalCount == 0;
        return isBare ? at + 4 == message.Length ? DnsViolation.None : DnsViolation.MessageTrailing : DecodeRecords(ref query);
    }

    private static DnsViolation DecodeRecords(ref QueryMessage query)
    {
        DnsViolation violation = DnsMessageReader.Begin(query.Message, out DnsMessageReader reader);
        EdnsView edns = default;
        bool hasEdns = false;
        int tsig = 0;
        while (reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            if (tsig != 0)
            {
                // RFC 8945 §5.1: the last record, and one.
                return DnsViolation.TsigMisplaced;
            }

            switch (record.Type)
            {
                case DnsType.OPT:
                    // RFC 6891 §6.1.1: at most one.
                    violation = hasEdns ? DnsViolation.OptRepeated : EdnsView.Decode(record, out edns);
                    if (violation != DnsViolation.None)
                    {
                        return violation;
                    }

                    hasEdns = true;
                    break;
                case DnsType.TSIG:
                    if (record.Section != DnsSection.Additional)
                    {
                        return DnsViolation.TsigMisplaced;
                    }

                    tsig = record.OwnerOffset;
                    break;
            }
        }

        query = query with { HasEdns = hasEdns, Edns = edns, TsigOffset = tsig };
        return violation != DnsViolation.None ? violation : reader.End();
    }
}
