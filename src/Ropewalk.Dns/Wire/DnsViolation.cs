namespace Ropewalk.Dns.Wire;

/// <summary>Names each rule of the wire format that bytes can break.</summary>
public enum DnsViolation : byte
{
    /// <summary>None: the bytes are well-formed.</summary>
    None,

    /// <summary>The message is shorter than its header. <b>Spec</b>: RFC 1035 §4.1.1.</summary>
    HeaderTruncated,

    /// <summary>The message ends inside a name. <b>Spec</b>: RFC 1035 §3.1.</summary>
    NameTruncated,

    /// <summary>A name is longer than 255 bytes. <b>Spec</b>: RFC 1035 §2.3.4.</summary>
    NameTooLong,

    /// <summary>A length byte begins with 01 or 10. <b>Spec</b>: RFC 1035 §4.1.4; RFC 6891 §5.</summary>
    LabelTypeUnknown,

    /// <summary>A pointer does not point to what stands before it. <b>Spec</b>: RFC 1035 §4.1.4; RFC 9267 §2.</summary>
    PointerNotBackwards,

    /// <summary>A name takes more pointers than any name needs. <b>Spec</b>: RFC 9267 §2.</summary>
    TooManyPointers,

    /// <summary>A name is compressed where it may not be. <b>Spec</b>: RFC 3597 §4.</summary>
    PointerForbidden,

    /// <summary>The message ends inside a question. <b>Spec</b>: RFC 1035 §4.1.2.</summary>
    QuestionTruncated,

    /// <summary>A query has no question, or more than one. <b>Spec</b>: RFC 9619 §4.</summary>
    QuestionCount,

    /// <summary>The message ends inside a record, before its rdata. <b>Spec</b>: RFC 1035 §4.1.3.</summary>
    RecordTruncated,

    /// <summary>The rdata ends behind the message. <b>Spec</b>: RFC 1035 §4.1.3.</summary>
    RdataBeyondMessage,

    /// <summary>The rdata ends inside a field. <b>Spec</b>: RFC 1035 §3.2.1.</summary>
    RdataTruncated,

    /// <summary>The rdata goes on behind its last field. <b>Spec</b>: RFC 1035 §3.2.1.</summary>
    RdataTrailing,

    /// <summary>A field has a value that its record type forbids.</summary>
    FieldMalformed,

    /// <summary>A bitmap of types has an empty window, an overlong one, windows out of order, or a trailing zero. <b>Spec</b>: RFC 4034 §4.1.2.</summary>
    TypeBitmapMalformed,

    /// <summary>Parameters of a service are out of order, repeated, or have a malformed value. <b>Spec</b>: RFC 9460 §2.2.</summary>
    ServiceParametersMalformed,

    /// <summary>Bytes follow the last record that the header counts. <b>Spec</b>: RFC 1035 §4.1.</summary>
    MessageTrailing,

    /// <summary>There is more than one OPT record. <b>Spec</b>: RFC 6891 §6.1.1.</summary>
    OptRepeated,

    /// <summary>An OPT record's owner is not the root. <b>Spec</b>: RFC 6891 §6.1.2.</summary>
    OptOwnerNotRoot,

    /// <summary>An OPT record stands in another section than the additional one. <b>Spec</b>: RFC 6891 §6.1.1.</summary>
    OptMisplaced,

    /// <summary>An EDNS option ends behind its OPT record. <b>Spec</b>: RFC 6891 §6.1.2.</summary>
    OptionTruncated,

    /// <summary>An EDNS option has a length or value that its definition forbids.</summary>
    OptionMalformed,

    /// <summary>A TSIG record is not the last one, or is not in the additional section. <b>Spec</b>: RFC 8945 §5.1.</summary>
    TsigMisplaced,

    /// <summary>A TSIG record's class is not ANY, or its TTL not zero. <b>Spec</b>: RFC 8945 §4.2.</summary>
    TsigMalformed,
}
