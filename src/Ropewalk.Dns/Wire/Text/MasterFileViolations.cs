namespace Ropewalk.Dns.Wire.Text;

/// <summary>Says what a violation of the text means.</summary>
public static class MasterFileViolations
{
    /// <summary>Describes a violation for people, without a full stop.</summary>
    public static string Describe(this MasterFileViolation violation) => violation switch
    {
        MasterFileViolation.None => "nothing is wrong",
        MasterFileViolation.LabelEmpty => "a label is empty",
        MasterFileViolation.LabelTooLong => "a label is longer than 63 bytes",
        MasterFileViolation.NameTooLong => "the name is longer than 255 bytes",
        MasterFileViolation.NameNotAscii => "a name beyond ASCII is written with its A-labels (xn--...), or its bytes as \\DDD",
        MasterFileViolation.EscapeMalformed => "a backslash is followed by one character or by three digits up to 255",
        MasterFileViolation.QuoteNotClosed => "a quoted text ends on the line where it begins",
        MasterFileViolation.ParenthesisUnbalanced => "a parenthesis has no partner",
        MasterFileViolation.FieldMissing => "a field is missing",
        MasterFileViolation.TextTrailing => "the record has no more fields",
        MasterFileViolation.NumberMalformed => "a number was expected",
        MasterFileViolation.NumberTooLarge => "the number is too large",
        MasterFileViolation.DurationMalformed => "a duration is seconds, or numbers with w, d, h, m, s (1h30m)",
        MasterFileViolation.TimestampMalformed => "a point in time is YYYYMMDDHHmmSS, or seconds",
        MasterFileViolation.AddressMalformed => "it is no address of this record's family",
        MasterFileViolation.TextTooLong => "a text has at most 255 bytes",
        MasterFileViolation.Base64Malformed => "it is not base 64",
        MasterFileViolation.Base32Malformed => "it is not base 32 with the extended hex alphabet",
        MasterFileViolation.HexMalformed => "it is not hexadecimal digits in pairs",
        MasterFileViolation.MnemonicUnknown => "the mnemonic is not known here, and it is no number",
        MasterFileViolation.TypeUnknown => "it is no record type",
        MasterFileViolation.GenericMalformed => "the form is \\# LENGTH HEX, with as many bytes",
        MasterFileViolation.LocationMalformed => "a location is d1 [m1 [s1]] N|S d2 [m2 [s2]] E|W alt[m] [siz[m] [hp[m] [vp[m]]]]",
        MasterFileViolation.PrefixMalformed => "an item is [!]family:address/prefix",
        MasterFileViolation.ServiceParameterMalformed => "a parameter is key or key=value, once each",
        MasterFileViolation.RecordMalformed => "the fields contradict each other",
        MasterFileViolation.RecordTooLong => "the record is longer than 65535 bytes",
        MasterFileViolation.DirectiveUnknown => "the directives are $ORIGIN, $TTL, $INCLUDE and $GENERATE",
        MasterFileViolation.OwnerMissing => "the line begins with a blank, and no record before it has an owner",
        MasterFileViolation.TtlMissing => "the record has no TTL, and no $TTL or record before it says one",
        MasterFileViolation.TtlTooLarge => "a TTL beyond 2147483647 is taken as 0",
        MasterFileViolation.ClassForeign => "the record is of another class than the zone",
        MasterFileViolation.TypeMeta => "records of this type are never in a zone",
        MasterFileViolation.TextBinary => "the file has a byte of zero: it is no text",
        MasterFileViolation.IncludeOutside => "an included file is named by a path that stays in the folder of the first file",
        MasterFileViolation.FileUnreadable => "a file cannot be read",
        MasterFileViolation.IncludeLoop => "the file includes itself",
        MasterFileViolation.IncludeTooDeep => "too many files are included",
        MasterFileViolation.TextTooLarge => "the files have too many bytes together",
        MasterFileViolation.GenerateMalformed => "the form is $GENERATE start-stop[/step] name [ttl] [class] type text, with $ or ${offset[,width[,d|o|x|X|n|N]]} in name and text",
        MasterFileViolation.GenerateTooMany => "it would make too many records",
        _ => violation.ToString(),
    };

    /// <summary>Says whether what breaks the rule is taken all the same.</summary>
    public static bool IsWarning(this MasterFileViolation violation) => violation == MasterFileViolation.TtlTooLarge;
}
