namespace Ropewalk.Dns.Wire.Text;

/// <summary>Names each rule of the text of records that a master file can break.</summary>
public enum MasterFileViolation : byte
{
    /// <summary>None: the text is well-formed.</summary>
    None,

    /// <summary>There is a dot too many, or no name. <b>Spec</b>: RFC 1035 §5.1.</summary>
    LabelEmpty,

    /// <summary>A label is longer than 63 bytes. <b>Spec</b>: RFC 1035 §2.3.4.</summary>
    LabelTooLong,

    /// <summary>A name is longer than 255 bytes. <b>Spec</b>: RFC 1035 §2.3.4.</summary>
    NameTooLong,

    /// <summary>A name has characters beyond ASCII: they are written as A-labels, or byte by byte. <b>Spec</b>: RFC 5890 §2.3.2.1.</summary>
    NameNotAscii,

    /// <summary>A backslash is followed by neither a character nor three digits up to 255. <b>Spec</b>: RFC 1035 §5.1.</summary>
    EscapeMalformed,

    /// <summary>A quoted text is not closed on its line. <b>Spec</b>: RFC 1035 §5.1.</summary>
    QuoteNotClosed,

    /// <summary>A parenthesis is not closed, or none was open. <b>Spec</b>: RFC 1035 §5.1.</summary>
    ParenthesisUnbalanced,

    /// <summary>A field is missing.</summary>
    FieldMissing,

    /// <summary>There is more text than the record has fields.</summary>
    TextTrailing,

    /// <summary>A number was expected.</summary>
    NumberMalformed,

    /// <summary>A number is too large for its field.</summary>
    NumberTooLarge,

    /// <summary>A duration is neither seconds nor a number for each of w, d, h, m, s.</summary>
    DurationMalformed,

    /// <summary>A point in time is neither YYYYMMDDHHmmSS nor seconds. <b>Spec</b>: RFC 4034 §3.2.</summary>
    TimestampMalformed,

    /// <summary>It is no address of the family that the record holds.</summary>
    AddressMalformed,

    /// <summary>A text is longer than the 255 bytes of a character-string. <b>Spec</b>: RFC 1035 §3.3.</summary>
    TextTooLong,

    /// <summary>It is not base 64. <b>Spec</b>: RFC 4648 §4.</summary>
    Base64Malformed,

    /// <summary>It is not base 32 with the extended hex alphabet. <b>Spec</b>: RFC 4648 §7.</summary>
    Base32Malformed,

    /// <summary>It is not hexadecimal digits in pairs. <b>Spec</b>: RFC 4648 §8.</summary>
    HexMalformed,

    /// <summary>It is no mnemonic that the field knows, and no number.</summary>
    MnemonicUnknown,

    /// <summary>It is no record type. <b>Spec</b>: RFC 3597 §5.</summary>
    TypeUnknown,

    /// <summary>A type without a known text has no <c>\#</c>, or it is not followed by a length and as many bytes. <b>Spec</b>: RFC 3597 §5.</summary>
    GenericMalformed,

    /// <summary>A location is not degrees, minutes, seconds, directions and metres in their bounds. <b>Spec</b>: RFC 1876 §3.</summary>
    LocationMalformed,

    /// <summary>An item of an address list is not <c>[!]family:address/prefix</c>. <b>Spec</b>: RFC 3123 §5.</summary>
    PrefixMalformed,

    /// <summary>A parameter of a service is not <c>key=value</c>, is repeated, or its value is malformed. <b>Spec</b>: RFC 9460 §2.1.</summary>
    ServiceParameterMalformed,

    /// <summary>The rdata is well-formed field by field, and not as a whole: what its record type's definition says of one field forbids another.</summary>
    RecordMalformed,

    /// <summary>The rdata is longer than 65,535 bytes.</summary>
    RecordTooLong,

    /// <summary>A line begins with a <c>$</c> and no directive that is known. <b>Spec</b>: RFC 1035 §5.1.</summary>
    DirectiveUnknown,

    /// <summary>A record has no owner: its line begins with a blank, and no record is before it. <b>Spec</b>: RFC 1035 §5.1.</summary>
    OwnerMissing,

    /// <summary>A record has no TTL, and nothing before it says one. <b>Spec</b>: RFC 2308 §4.</summary>
    TtlMissing,

    /// <summary>A TTL has more than 31 bits: it is taken as 0. A warning. <b>Spec</b>: RFC 2181 §8.</summary>
    TtlTooLarge,

    /// <summary>A record is of another class than the zone. <b>Spec</b>: RFC 1035 §5.2.</summary>
    ClassForeign,

    /// <summary>Records of the type are never in a zone. <b>Spec</b>: RFC 6895 §3.1.</summary>
    TypeMeta,

    /// <summary>The file is no text: it has a byte of zero.</summary>
    TextBinary,

    /// <summary>The file that is included would be outside of the folder of the first one.</summary>
    IncludeOutside,

    /// <summary>A file cannot be read.</summary>
    FileUnreadable,

    /// <summary>The file that is included includes this one.</summary>
    IncludeLoop,

    /// <summary>Too many files include one another, or are included in all.</summary>
    IncludeTooDeep,

    /// <summary>The files have too many bytes together, each counted as often as it is included.</summary>
    TextTooLarge,

    /// <summary>A range or a template of <c>$GENERATE</c> is malformed.</summary>
    GenerateMalformed,

    /// <summary>A <c>$GENERATE</c>, or all of them, would make too many records.</summary>
    GenerateTooMany,
}
