using System.Buffers;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Wire;

/// <summary>Is a whole message as a value that does not change, for clients and tools; servers read and write bytes where they lie.</summary>
/// <param name="Header">The header; its counts are those of the message that was decoded.</param>
/// <param name="Questions">The questions.</param>
/// <param name="Answers">The records of the answer section; in an update, the prerequisites.</param>
/// <param name="Authorities">The records of the authority section; in an update, the changes.</param>
/// <param name="Additionals">The records of the additional section, without OPT; TSIG is the last one where there is one.</param>
/// <param name="Opt">The OPT record, or null.</param>
/// <remarks><b>Spec</b>: RFC 1035 §4.1; RFC 6891 §6.1.</remarks>
public sealed record DnsMessage(
    DnsHeader Header,
    ValueList<DnsQuestion> Questions,
    ValueList<ResourceRecord> Answers = default,
    ValueList<ResourceRecord> Authorities = default,
    ValueList<ResourceRecord> Additionals = default,
    OptRecord? Opt = null)
{
    /// <summary>Gets the result, its upper bits from OPT. <b>Spec</b>: RFC 6891 §6.1.3.</summary>
    public DnsResponseCode ResponseCode { get; init; } = Header.ResponseCode;

    /// <summary>Gets how long the message was in wire form; zero if it has not been decoded.</summary>
    public int SizeBytes { get; init; }

    /// <summary>Gets the first question, or null.</summary>
    public DnsQuestion? Question => Questions.Count > 0 ? Questions[0] : null;

    /// <summary>Decodes a message.</summary>
    /// <param name="bytes">The message, and nothing behind it.</param>
    /// <param name="message">The value, if all of it is well-formed.</param>
    public static DnsViolation Decode(ReadOnlySpan<byte> bytes, out DnsMessage? message)
    {
        DnsViolation violation = DecodeBeginning(bytes, out message);
        message = violation == DnsViolation.None ? message : null;
        return violation;
    }

    /// <summary>Decodes what comes before the first mistake of a message: for tools that show what a broken peer sends, and for nobody who acts on it.</summary>
    /// <param name="bytes">The message, and nothing behind it.</param>
    /// <param name="message">What there is, with the counts of its header; null if not even that is whole.</param>
    /// <returns>The mistake, or that there is none.</returns>
    public static DnsViolation DecodeBeginning(ReadOnlySpan<byte> bytes, out DnsMessage? message)
    {
        message = null;
        DnsViolation violation = DnsMessageReader.Begin(bytes, out DnsMessageReader reader);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        List<DnsQuestion> questions = [];
        violation = DecodeQuestions(ref reader, questions);
        List<ResourceRecord>[] sections = [[], [], []];
        OptRecord? opt = null;
        DnsResponseCode code = reader.Header.ResponseCode;
        while (violation == DnsViolation.None && reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            if (record.Type != DnsType.OPT)
            {
                violation = ResourceRecord.Decode(record, out ResourceRecord? value);
                if (violation == DnsViolation.None)
                {
                    sections[(int)record.Section - 1].Add(value!);
                }

                continue;
            }

            violation = opt is null ? EdnsView.Decode(record, out EdnsView edns) : DnsViolation.OptRepeated;
            if (violation == DnsViolation.None)
            {
                EdnsView.Decode(record, out edns);
                opt = OptRecord.Of(edns);
                code = edns.ResponseCode(reader.Header);
            }
        }

        violation = violation == DnsViolation.None ? reader.End() : violation;
        message = new(reader.Header, [.. questions], [.. sections[0]], [.. sections[1]], [.. sections[2]], opt) { ResponseCode = code, SizeBytes = bytes.Length };
        return violation;
    }

    /// <summary>Encodes the message.</summary>
    /// <param name="compression">How names are shortened.</param>
    /// <exception cref="ArgumentException">It would be longer than 65,535 bytes, or a record is malformed.</exception>
    public byte[] Encode(NameCompression compression = NameCompression.AnyCase)
    {
        byte[] place = ArrayPool<byte>.Shared.Rent(DnsLimits.MessageBytes);
        DnsMessageWriter writer = new(place, DnsLimits.MessageBytes, compression);
        bool fits = true;
        foreach (DnsQuestion question in Questions)
        {
            fits = fits && writer.TryWriteQuestion(question.Name.Wire, question.Type, question.Class);
        }

        fits = fits && TryWrite(ref writer, DnsSection.Answer, Answers) && TryWrite(ref writer, DnsSection.Authority, Authorities)
            && TryWrite(ref writer, DnsSection.Additional, Additionals.Where(record => record.Type != DnsType.TSIG)) && (Opt is null || Opt.TryWrite(ref writer, ResponseCode))
            // RFC 8945 §5.1: TSIG is the last record.
            && TryWrite(ref writer, DnsSection.Additional, Additionals.Where(record => record.Type == DnsType.TSIG));
        byte[] message = fits ? place[..writer.Finish(Header with { ResponseCode = ResponseCode })] : [];
        ArrayPool<byte>.Shared.Return(place);
        return fits ? message : throw new ArgumentException("The message would be longer than 65,535 bytes.");
    }

    private static DnsViolation DecodeQuestions(ref DnsMessageReader reader, List<DnsQuestion> questions)
    {
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        DnsViolation violation;
        while (reader.TryReadQuestion(out DnsQuestionView question, out violation))
        {
            violation = question.CopyName(name, out int length);
            if (violation != DnsViolation.None)
            {
                break;
            }

            questions.Add(new(DomainName.Of(name[..length]), question.Type, question.Class));
        }

        return violation;
    }

    private static bool TryWrite(ref DnsMessageWriter writer, DnsSection section, IEnumerable<ResourceRecord> records)
    {
        writer.GoTo(section);
        foreach (ResourceRecord record in records)
        {
            if (!record.TryWrite(ref writer))
            {
                return false;
            }
        }

        return true;
    }
}
