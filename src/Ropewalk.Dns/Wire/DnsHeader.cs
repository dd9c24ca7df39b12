using System.Buffers.Binary;

namespace Ropewalk.Dns.Wire;

/// <summary>Is the header of a message.</summary>
/// <param name="Id">The number by which an answer is matched to its question.</param>
/// <param name="Bits">The second word: QR, opcode, AA, TC, RD, RA, Z, AD, CD, response code, from the highest bit.</param>
/// <param name="QuestionCount">How many questions there are; in an update, zones.</param>
/// <param name="AnswerCount">How many records are in the answer section; in an update, prerequisites.</param>
/// <param name="AuthorityCount">How many records are in the authority section; in an update, changes.</param>
/// <param name="AdditionalCount">How many records are in the additional section.</param>
/// <remarks><b>Spec</b>: RFC 1035 §4.1.1; AD and CD: RFC 4035 §3.1.6, §3.2.2.</remarks>
public readonly record struct DnsHeader(ushort Id, ushort Bits, ushort QuestionCount = 0, ushort AnswerCount = 0, ushort AuthorityCount = 0, ushort AdditionalCount = 0)
{
    private const int OpcodeShift = 11;

    /// <summary>Says whether this is an answer (QR).</summary>
    public bool IsResponse { get => Has(0x8000); init => Bits = With(0x8000, value); }

    /// <summary>Gets what the message asks for.</summary>
    public DnsOpcode Opcode { get => (DnsOpcode)((Bits >> OpcodeShift) & 0xf); init => Bits = (ushort)((Bits & ~0x7800) | (((int)value & 0xf) << OpcodeShift)); }

    /// <summary>Says whether the server has authority for the name (AA).</summary>
    public bool IsAuthoritative { get => Has(0x0400); init => Bits = With(0x0400, value); }

    /// <summary>Says whether the message has been cut (TC).</summary>
    public bool IsTruncated { get => Has(0x0200); init => Bits = With(0x0200, value); }

    /// <summary>Says whether the server is to ask others (RD).</summary>
    public bool RecursionDesired { get => Has(0x0100); init => Bits = With(0x0100, value); }

    /// <summary>Says whether the server would ask others (RA).</summary>
    public bool RecursionAvailable { get => Has(0x0080); init => Bits = With(0x0080, value); }

    /// <summary>Says whether all is authentic in the server's eyes; in a query, that the client understands this bit (AD).</summary>
    public bool AuthenticData { get => Has(0x0020); init => Bits = With(0x0020, value); }

    /// <summary>Says whether the client checks signatures itself (CD).</summary>
    public bool CheckingDisabled { get => Has(0x0010); init => Bits = With(0x0010, value); }

    /// <summary>Gets the lower four bits of the result; the others are in OPT.</summary>
    public DnsResponseCode ResponseCode { get => (DnsResponseCode)(Bits & 0xf); init => Bits = (ushort)((Bits & ~0xf) | ((int)value & 0xf)); }

    /// <summary>Gets the count of a section.</summary>
    public int Count(DnsSection section) => section switch
    {
        DnsSection.Question => QuestionCount,
        DnsSection.Answer => AnswerCount,
        DnsSection.Authority => AuthorityCount,
        _ => AdditionalCount,
    };

    /// <summary>Decodes the header at the beginning of a message.</summary>
    public static DnsViolation Decode(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        if (message.Length < DnsLimits.HeaderBytes)
        {
            header = default;
            return DnsViolation.HeaderTruncated;
        }

        header = new(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[10..]));
        return DnsViolation.None;
    }

    /// <summary>Encodes the header into the first 12 bytes of a message.</summary>
    public void Encode(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], AdditionalCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], AuthorityCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], AnswerCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], QuestionCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Bits);
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
    }

    /// <summary>Makes the header that answers this one: the id, the opcode, RD and CD as they came, and nothing else. <b>Spec</b>: RFC 1035 §4.1.1; RFC 4035 §3.1.6.</summary>
    public DnsHeader ToResponse(DnsResponseCode code) => new(Id, (ushort)(0x8000 | (Bits & 0x7910) | ((int)code & 0xf)));

    private bool Has(int bit) => (Bits & bit) != 0;

    private ushort With(int bit, bool value) => (ushort)(value ? Bits | bit : Bits & ~bit);
}
