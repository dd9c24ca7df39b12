using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Ropewalk.Dns.Wire.Fields;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>
/// Describes a record type by its fields. From that alone rdata is checked, copied out of messages, made canonical, parsed and printed, with no object made for it.
/// </summary>
public sealed class RecordFormat
{
    // RFC 3597 §5.
    private const string Generic = "\\#";

    private readonly RecordField[] _fields;
    private readonly RdataCreation? _create;

    private RecordFormat(DnsType type, RecordField[] fields, RdataCreation? create)
    {
        Type = type;
        _fields = fields;
        _create = create;
        HasNames = Array.Exists(fields, field => field is NameField { Use: NameUse.Compressed or NameUse.Tolerated });
        HasDowncasedNames = Array.Exists(fields, field => field is NameField { Use: not NameUse.Verbatim });
    }

    /// <summary>Gets the descriptions of all types that have one.</summary>
    public static IEnumerable<RecordFormat> All => RecordFormats.All;

    /// <summary>Gets the type.</summary>
    public DnsType Type { get; }

    /// <summary>Says whether the type has a description here. If not, rdata is any bytes, and its text <c>\# LENGTH HEX</c>. <b>Spec</b>: RFC 3597 §5.</summary>
    public bool IsKnown => _create is not null;

    /// <summary>Says whether canonical form changes the rdata: it has names that are put in lower case. <b>Spec</b>: RFC 4034 §6.2; RFC 6840 §5.1.</summary>
    public bool HasDowncasedNames { get; }

    /// <summary>Gets the names of the fields in the RFC, for people.</summary>
    public IEnumerable<string> FieldNames => _fields.Select(part => part.Name);

    internal ReadOnlySpan<RecordField> Fields => _fields;

    // Whether rdata in a message may hold pointers.
    private bool HasNames { get; }

    /// <summary>Gets the description of a type, known or not.</summary>
    public static RecordFormat Of(DnsType type) => RecordFormats.Find(type) ?? Unknown(type);

    /// <summary>Gets the description of a type in a class: an address is one of CHAOS there (RFC 1035 §3.4.1 is for the Internet).</summary>
    public static RecordFormat Of(DnsType type, DnsClass recordClass) => recordClass == DnsClass.CH && type == DnsType.A ? Unknown(type) : Of(type);

    /// <summary>Checks rdata whose names are not compressed.</summary>
    public DnsViolation Check(ReadOnlySpan<byte> rdata)
    {
        int at = 0;
        foreach (RecordField field in _fields)
        {
            DnsViolation violation = field.Skip(rdata, ref at);
            if (violation != DnsViolation.None)
            {
                return violation;
            }
        }

        return at < rdata.Length && IsKnown ? DnsViolation.RdataTrailing : DnsViolation.None;
    }

    /// <summary>Checks rdata in a message and copies it, with its names no longer compressed.</summary>
    /// <param name="message">The message from its first byte.</param>
    /// <param name="offset">Where the rdata begins.</param>
    /// <param name="rdataBytes">How long it is there.</param>
    /// <param name="rdata">Where it is copied to.</param>
    /// <param name="length">How long it is then; zero if it breaks a rule.</param>
    /// <returns><see cref="DnsViolation.RdataTruncated"/> also if <paramref name="rdata"/> is too short for it; 65,535 bytes are enough for all but rdata that its names make longer than that.</returns>
    public DnsViolation Decode(ReadOnlySpan<byte> message, int offset, int rdataBytes, Span<byte> rdata, out int length)
    {
        length = 0;
        if (rdataBytes < 0 || offset < 0 || offset > message.Length - rdataBytes)
        {
            return DnsViolation.RdataBeyondMessage;
        }

        if (HasNames)
        {
            return DecodeNames(message[..(offset + rdataBytes)], offset, rdata, out length);
        }

        ReadOnlySpan<byte> plain = message.Slice(offset, rdataBytes);
        DnsViolation violation = Check(plain);
        if (violation == DnsViolation.None)
        {
            violation = plain.TryCopyTo(rdata) ? violation : DnsViolation.RdataTruncated;
            length = violation == DnsViolation.None ? rdataBytes : 0;
        }

        return violation;
    }

    /// <summary>Makes well-formed rdata canonical, where it lies: the names that DNSSEC has in lower case. <b>Spec</b>: RFC 4034 §6.2; RFC 6840 §5.1.</summary>
    public void ToCanonical(Span<byte> rdata)
    {
        if (!HasDowncasedNames)
        {
            return;
        }

        int at = 0;
        foreach (RecordField field in _fields)
        {
            int begin = at;
            field.Skip(rdata, ref at);
            if (field is NameField { Use: not NameUse.Verbatim })
            {
                WireName.ToLower(rdata[begin..at], rdata[begin..at]);
            }
        }
    }

    /// <summary>Parses rdata from the rest of an entry of a master file, and takes the entry's end too.</summary>
    /// <param name="tokens">The words, from the rdata's first on.</param>
    /// <param name="origin">In wire form: what is put behind names without a dot at their end; empty if they are absolute too.</param>
    /// <param name="rdata">Where the rdata is written.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="violationOffset">Where in the text the violated rule is.</param>
    /// <remarks>The fields of the type, or <c>\# LENGTH HEX</c> for any type (RFC 3597 §5). After a violation nothing has been taken.</remarks>
    public MasterFileViolation Parse(ref MasterFileTokens tokens, ReadOnlySpan<byte> origin, Span<byte> rdata, out int length, out int violationOffset)
    {
        length = 0;
        violationOffset = tokens.Position;
        MasterFileTokens ahead = tokens;
        bool isGeneric = ahead.Read(out MasterFileToken token) == MasterFileViolation.None && token.Kind == MasterFileTokenKind.Word && token.Text is [(byte)'\\', (byte)'#'];
        RdataParser parser = new(isGeneric ? ahead : tokens, origin, rdata);
        bool isParsed = isGeneric ? ParseGeneric(ref parser) : IsKnown ? ParseFields(ref parser) : parser.Fail(MasterFileViolation.GenericMalformed, token.Offset);
        if (!isParsed)
        {
            violationOffset = parser.ViolationOffset;
            return parser.Violation;
        }

        ahead = parser.Tokens;
        MasterFileViolation violation = ahead.Read(out token);
        if (violation != MasterFileViolation.None || token.IsText)
        {
            violationOffset = token.Offset;
            return violation == MasterFileViolation.None ? MasterFileViolation.TextTrailing : violation;
        }

        // RFC 3597 §5: a known type in the form of unknown ones is treated as the known one.
        if (Check(parser.Written) != DnsViolation.None)
        {
            return MasterFileViolation.RecordMalformed;
        }

        tokens = ahead;
        length = parser.Length;
        return MasterFileViolation.None;
    }

    /// <summary>Parses rdata from a text that is nothing else.</summary>
    /// <param name="text">The fields, as in <see cref="Parse(ref MasterFileTokens, ReadOnlySpan{byte}, Span{byte}, out int, out int)"/>.</param>
    /// <param name="rdata">The rdata in wire form.</param>
    /// <param name="violation">The rule that the text breaks.</param>
    public bool TryParse(string text, [NotNullWhen(true)] out byte[]? rdata, out MasterFileViolation violation)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] place = ArrayPool<byte>.Shared.Rent(DnsLimits.RdataBytes);
        MasterFileTokens tokens = new(System.Text.Encoding.UTF8.GetBytes(text));
        violation = Parse(ref tokens, default, place.AsSpan(0, DnsLimits.RdataBytes), out int length, out _);
        if (violation == MasterFileViolation.None)
        {
            violation = tokens.Read(out MasterFileToken rest) != MasterFileViolation.None || rest.Kind != MasterFileTokenKind.EndOfText ? MasterFileViolation.TextTrailing : violation;
        }

        rdata = violation == MasterFileViolation.None ? place[..length] : null;
        ArrayPool<byte>.Shared.Return(place);
        return rdata is not null;
    }

    /// <summary>Prints well-formed rdata as a master file has it, on one line.</summary>
    public void Print(ReadOnlySpan<byte> rdata, IBufferWriter<byte> output)
    {
        if (!IsKnown || !HasText(rdata))
        {
            PrintGeneric(rdata, output);
            return;
        }

        RdataPrinter printer = new(output);
        int at = 0;
        foreach (RecordField field in _fields)
        {
            field.Print(rdata, ref at, ref printer);
        }
    }

    /// <summary>Prints rdata as <c>\# LENGTH HEX</c>, which every server reads for every type. <b>Spec</b>: RFC 3597 §5.</summary>
    public static void PrintGeneric(ReadOnlySpan<byte> rdata, IBufferWriter<byte> output)
    {
        RdataPrinter printer = new(output);
        printer.Word(Generic);
        printer.Number((ulong)rdata.Length);
        if (rdata.Length > 0)
        {
            printer.Begin();
            printer.PutHex(rdata);
        }
    }

    /// <summary>Makes the value of rdata whose names are not compressed.</summary>
    /// <param name="bytes">The rdata.</param>
    /// <param name="rdata">The value, if the rdata is well-formed.</param>
    public DnsViolation Create(ReadOnlySpan<byte> bytes, out Rdata? rdata)
    {
        DnsViolation violation = Check(bytes);
        if (violation != DnsViolation.None)
        {
            rdata = null;
            return violation;
        }

        RdataReader reader = new(bytes);
        rdata = _create is null ? new UnknownRecord(Type, bytes) : _create(ref reader);
        return DnsViolation.None;
    }

    internal static RecordFormat Define(DnsType type, RecordField[] fields, RdataCreation create) => new(type, fields, create);

    internal static RecordFormat Unknown(DnsType type) => new(type, [], null);

    private bool HasText(ReadOnlySpan<byte> rdata)
    {
        int at = 0;
        foreach (RecordField field in _fields)
        {
            if (!field.HasText(rdata, at))
            {
                return false;
            }

            field.Skip(rdata, ref at);
        }

        return true;
    }

    private DnsViolation DecodeNames(ReadOnlySpan<byte> message, int offset, Span<byte> rdata, out int length)
    {
        length = 0;
        int at = offset, written = 0;
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        foreach (RecordField field in _fields)
        {
            int begin = at;
            bool mayBeShort = field is NameField { Use: NameUse.Compressed or NameUse.Tolerated };
            int nameBytes = 0;
            DnsViolation violation = mayBeShort ? WireName.Decode(message, ref at, name, out nameBytes) : field.Skip(message, ref at);
            if (violation != DnsViolation.None)
            {
                return violation == DnsViolation.NameTruncated ? DnsViolation.RdataTruncated : violation;
            }

            ReadOnlySpan<byte> value = mayBeShort ? name[..nameBytes] : message[begin..at];
            if (!value.TryCopyTo(rdata[written..]))
            {
                return DnsViolation.RdataTruncated;
            }

            written += value.Length;
        }

        length = at == message.Length ? written : 0;
        return at == message.Length ? DnsViolation.None : DnsViolation.RdataTrailing;
    }

    private bool ParseFields(ref RdataParser parser)
    {
        foreach (RecordField field in _fields)
        {
            if (!field.Parse(ref parser))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ParseGeneric(ref RdataParser parser)
    {
        if (!parser.TryTake(out MasterFileToken count) || !parser.TryParseNumber(count, DnsLimits.RdataBytes, out ulong length))
        {
            return false;
        }

        while (parser.HasMore())
        {
            if (!parser.TryTake(out MasterFileToken hex) || !BinaryText.Put(ref parser, hex, BinaryForm.Hex))
            {
                return false;
            }
        }

        return parser.Length == (int)length || parser.Fail(MasterFileViolation.GenericMalformed, count.Offset);
    }
}
