using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>
/// Parses master files: bytes in, records out to a sink, problems out as values. It opens nothing; where a file includes another, it asks for it.
/// </summary>
/// <remarks>
/// <b>Shape</b>: RFC 1035 §5.1 with <c>$TTL</c> (RFC 2308 §4) and BIND's <c>$GENERATE</c>. An entry that breaks a rule is told and skipped, and the next one read, so that all that is wrong
/// is told at once. <c>$ORIGIN</c> and the owner of the last record end with the file in which they were set; <c>$TTL</c> holds from there on in all files, as in BIND.
/// <b>Call</b>: by one thread; <see cref="Parse"/> until it is done, and <see cref="Give"/> or <see cref="Refuse"/> each time that it wants a file.
/// It is CPU work without a pause: about a quarter of a second for a million records.
/// </remarks>
public sealed class MasterFileParser
{
    private const uint MostTtl = int.MaxValue;

    private readonly DnsClass _class;
    private readonly MasterFileLimits _limits;
    private readonly byte[] _rdata = new byte[DnsLimits.RdataBytes];
    private readonly List<OpenMasterFile> _open = [];
    private readonly List<MasterFileProblem> _problems = [];
    private RecordFormat _format = RecordFormat.Of(DnsType.A);
    private MasterFileGenerator? _generator;

    // RFC 2308 §4: what $TTL says. RFC 1035 §5.1: what the last record said.
    private uint? _defaultTtl, _lastTtl;
    private long _textBytes;
    private int _includes;
    private MasterFileInclude _wanted;

    /// <summary>Makes a parser, which wants the first file.</summary>
    /// <param name="file">The first file's name: a path with slashes. What it includes is looked for beside it.</param>
    /// <param name="origin">What is put behind relative names until a file says another: the zone's name.</param>
    /// <param name="zoneClass">The class of the zone.</param>
    /// <param name="limits">The bounds; null for the defaults.</param>
    public MasterFileParser(string file, DomainName origin, DnsClass zoneClass = DnsClass.IN, MasterFileLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(origin);
        _limits = limits ?? new();
        _limits.Validate();
        _class = zoneClass;
        _wanted = new(file, origin.Wire.ToArray(), default);
    }

    /// <summary>Gets the files that have been opened.</summary>
    public SourceFiles Files { get; } = new();

    /// <summary>Gets the file whose bytes are wanted: the first, or a path beginning where the first one's does. Null if none is wanted.</summary>
    public string? WantedFile => _wanted.Path;

    /// <summary>Gets the most bytes that the next file may have.</summary>
    public int WantedMostBytes => (int)Math.Max(0, _limits.TextBytes - _textBytes);

    /// <summary>Gets the rules that are broken, in the order in which they were found; at most <see cref="MasterFileLimits.Problems"/>.</summary>
    public IReadOnlyList<MasterFileProblem> Problems => _problems;

    /// <summary>Gets how many problems there are, with those that are not told one by one.</summary>
    public int ProblemCount { get; private set; }

    /// <summary>Gets how many of them are errors.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Gets how many records were given to the sink.</summary>
    public long RecordCount { get; private set; }

    /// <summary>Parses on.</summary>
    /// <param name="sink">Takes the records.</param>
    public MasterFileStatus Parse(IRecordSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        while (_open.Count > 0 && _wanted.Path is null)
        {
            OpenMasterFile file = _open[^1];
            ParseEntries(file, sink);
            if (_open[^1] == file && _wanted.Path is null)
            {
                _open.RemoveAt(_open.Count - 1);
            }
        }

        return _wanted.Path is null ? MasterFileStatus.Done : MasterFileStatus.FileWanted;
    }

    /// <summary>Gives the bytes of the file that is wanted.</summary>
    public void Give(ReadOnlyMemory<byte> text)
    {
        MasterFileInclude include = TakeWanted();
        Push(Files.Add(include.Path!, text), text, include.Origin, include.Position);
    }

    /// <summary>Says that the file that is wanted cannot be had.</summary>
    /// <param name="reason">Why, for people.</param>
    public void Refuse(string reason)
    {
        MasterFileInclude include = TakeWanted();
        if (Files.Count == 0)
        {
            Files.Add(include.Path!, default);
        }

        Files.AddMissing(include.Path!);
        Fail(MasterFileViolation.FileUnreadable, include.Position, string.IsNullOrEmpty(reason) ? include.Path! : $"{include.Path} ({reason})");
    }

    internal void Fail(MasterFileViolation violation, SourcePosition position, string detail = "")
    {
        ProblemCount++;
        ErrorCount += violation.IsWarning() ? 0 : 1;
        // Half of the room is for errors: no number of warnings hides one.
        if (_problems.Count < (violation.IsWarning() ? _limits.Problems / 2 : _limits.Problems))
        {
            _problems.Add(new(violation, position, Show(detail)));
        }
    }

    /// <summary>Parses the TTL, the class and the type of a record.</summary>
    /// <param name="tokens">The words behind <paramref name="token"/>.</param>
    /// <param name="token">The first word behind the owner.</param>
    /// <param name="ttl">The TTL, if there is one.</param>
    /// <param name="type">The type.</param>
    /// <param name="offset">Where the word that breaks a rule is.</param>
    internal MasterFileViolation ParseHeader(ref MasterFileTokens tokens, scoped MasterFileToken token, out uint? ttl, out DnsType type, out int offset)
    {
        ttl = null;
        type = DnsType.None;
        bool hasClass = false;
        while (true)
        {
            offset = token.Offset;
            if (token.Kind != MasterFileTokenKind.Word)
            {
                return token.IsText ? MasterFileViolation.TypeUnknown : MasterFileViolation.FieldMissing;
            }

            MasterFileViolation violation = MasterFileViolation.TypeUnknown;
            // RFC 1035 §5.1: [TTL] [class] type, or [class] [TTL] type.
            if (ttl is null && char.IsAsciiDigit((char)token.Text[0]))
            {
                violation = MasterFileNumbers.TryParseDuration(token.Text, out uint seconds) ? MasterFileViolation.None : MasterFileViolation.DurationMalformed;
                ttl = seconds;
            }
            else if (DnsTypes.TryParse(token.Text, out type))
            {
                return type.IsMeta() ? MasterFileViolation.TypeMeta : MasterFileViolation.None;
            }
            else if (!hasClass && DnsClasses.TryParse(token.Text, out DnsClass recordClass))
            {
                hasClass = true;
                // RFC 1035 §5.2: all records of a file have the same class.
                violation = recordClass == _class ? MasterFileViolation.None : MasterFileViolation.ClassForeign;
            }

            if (violation == MasterFileViolation.None)
            {
                violation = tokens.Read(out token);
                offset = token.Offset;
            }

            if (violation != MasterFileViolation.None)
            {
                return violation;
            }
        }
    }

    /// <summary>Parses the rdata of a record, and gives the record to the sink.</summary>
    internal MasterFileViolation ParseRdata(ref MasterFileTokens tokens, ReadOnlySpan<byte> owner, uint? ttl, DnsType type, RecordPlace place, IRecordSink sink, out int violationOffset)
    {
        RecordFormat format = _format.Type == type ? _format : FormatOf(type);
        MasterFileViolation violation = format.Parse(ref tokens, place.Origin, _rdata, out int length, out violationOffset);
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        ReadOnlySpan<byte> rdata = _rdata.AsSpan(0, length);
        if (!TryDecideTtl(ttl, type, rdata, place.Position, out uint decided))
        {
            violationOffset = place.Position.Offset;
            return MasterFileViolation.TtlMissing;
        }

        RecordCount++;
        sink.Add(owner, type, _class, decided, rdata, place.Position);
        return MasterFileViolation.None;
    }

    /// <summary>Counts bytes that are worked on; false once they are too many.</summary>
    internal bool TryCount(int textBytes) => (_textBytes += textBytes) <= _limits.TextBytes;

    private void ParseEntries(OpenMasterFile file, IRecordSink sink)
    {
        ReadOnlySpan<byte> text = file.Text.Span;
        MasterFileTokens tokens = new(text, file.Position);
        while (tokens.Position < text.Length)
        {
            // RFC 1035 §5.1: an entry that begins with a blank has the owner of the one before.
            bool hasOwner = text[tokens.Position] is not ((byte)' ' or (byte)'\t');
            MasterFileViolation violation = tokens.Read(out MasterFileToken token);
            int offset = token.Offset;
            if (violation == MasterFileViolation.None)
            {
                if (!token.IsText)
                {
                    continue;
                }

                if (hasOwner && token.Kind == MasterFileTokenKind.Word && token.Text[0] == (byte)'$')
                {
                    if (ParseDirective(ref tokens, token, file, sink))
                    {
                        file.Position = tokens.Position;
                        return;
                    }

                    continue;
                }

                violation = ParseEntry(ref tokens, token, hasOwner, file, sink, out offset);
            }

            if (violation != MasterFileViolation.None)
            {
                Fail(violation, new(file.Number, offset), WordAt(text, offset));
                SkipEntry(ref tokens);
            }
        }
    }

    private MasterFileViolation ParseEntry(ref MasterFileTokens tokens, MasterFileToken token, bool hasOwner, OpenMasterFile file, IRecordSink sink, out int violationOffset)
    {
        violationOffset = token.Offset;
        SourcePosition position = new(file.Number, token.Offset);
        MasterFileViolation violation;
        if (hasOwner)
        {
            violation = NameText.Parse(token.Text, file.Origin, file.Owner, out int ownerBytes);
            file.OwnerBytes = ownerBytes;
            file.IsOwnerBroken = violation != MasterFileViolation.None;
            if (violation != MasterFileViolation.None)
            {
                return violation;
            }

            violation = tokens.Read(out token);
            violationOffset = token.Offset;
            if (violation != MasterFileViolation.None)
            {
                return violation;
            }
        }
        else if (file.IsOwnerBroken)
        {
            // It was told where the owner is.
            tokens.SkipEntry();
            return MasterFileViolation.None;
        }
        else if (file.OwnerBytes == 0)
        {
            return MasterFileViolation.OwnerMissing;
        }

        violation = ParseHeader(ref tokens, token, out uint? ttl, out DnsType type, out violationOffset);
        return violation == MasterFileViolation.None
            ? ParseRdata(ref tokens, file.Owner.AsSpan(0, file.OwnerBytes), ttl, type, new(file.Origin, position), sink, out violationOffset)
            : violation;
    }

    // True if another file is to be parsed first.
    private bool ParseDirective(ref MasterFileTokens tokens, MasterFileToken directive, OpenMasterFile file, IRecordSink sink)
    {
        SourcePosition at = new(file.Number, directive.Offset);
        ReadOnlySpan<byte> name = directive.Text[1..];
        int offset = directive.Offset;
        string detail = "";
        bool isLeft = false;
        MasterFileViolation violation;
        if (Ascii.EqualsIgnoreCase(name, "ORIGIN"u8))
        {
            violation = ParseOrigin(ref tokens, file, out offset);
        }
        else if (Ascii.EqualsIgnoreCase(name, "TTL"u8))
        {
            violation = ParseTtl(ref tokens, at, out offset);
        }
        else if (Ascii.EqualsIgnoreCase(name, "INCLUDE"u8))
        {
            violation = ParseInclude(ref tokens, file, at, out offset, out detail);
            isLeft = violation == MasterFileViolation.None;
        }
        else if (Ascii.EqualsIgnoreCase(name, "GENERATE"u8))
        {
            _generator ??= new(this, _limits);
            violation = _generator.Generate(ref tokens, new(file.Origin, at), sink, out offset, out detail);
        }
        else
        {
            violation = MasterFileViolation.DirectiveUnknown;
        }

        if (violation != MasterFileViolation.None)
        {
            Fail(violation, new(file.Number, offset), detail.Length > 0 ? detail : WordAt(file.Text.Span, offset));
            SkipEntry(ref tokens);
        }

        return isLeft;
    }

    private static MasterFileViolation ParseOrigin(ref MasterFileTokens tokens, OpenMasterFile file, out int offset)
    {
        MasterFileViolation violation = ReadText(ref tokens, out MasterFileToken token);
        offset = token.Offset;
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        Span<byte> origin = stackalloc byte[DnsLimits.NameBytes];
        violation = NameText.Parse(token.Text, file.Origin, origin, out int length);
        if (violation == MasterFileViolation.None)
        {
            violation = ReadEnd(ref tokens, ref offset);
            file.SetOrigin(origin[..length]);
        }

        return violation;
    }

    private MasterFileViolation ParseTtl(ref MasterFileTokens tokens, SourcePosition at, out int offset)
    {
        MasterFileViolation violation = ReadText(ref tokens, out MasterFileToken token);
        offset = token.Offset;
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        if (!MasterFileNumbers.TryParseDuration(token.Text, out uint seconds))
        {
            return MasterFileViolation.DurationMalformed;
        }

        _defaultTtl = BoundTtl(seconds, at);
        return ReadEnd(ref tokens, ref offset);
    }

    private MasterFileViolation ParseInclude(ref MasterFileTokens tokens, OpenMasterFile file, SourcePosition at, out int offset, out string detail)
    {
        detail = "";
        MasterFileViolation violation = ReadText(ref tokens, out MasterFileToken path);
        offset = path.Offset;
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        byte[] origin = file.Origin.ToArray();
        MasterFileTokens ahead = tokens;
        // RFC 1035 §5.1: $INCLUDE <file-name> [<domain-name>].
        if (ahead.Read(out MasterFileToken token) == MasterFileViolation.None && token.IsText)
        {
            tokens = ahead;
            byte[] wire = new byte[DnsLimits.NameBytes];
            violation = NameText.Parse(token.Text, file.Origin, wire, out int length);
            offset = violation == MasterFileViolation.None ? offset : token.Offset;
            origin = wire[..length];
        }

        if (violation == MasterFileViolation.None)
        {
            violation = ReadEnd(ref tokens, ref offset);
        }

        return violation == MasterFileViolation.None ? Include(IncludePath.Unescape(path.Text), file, origin, at, out detail) : violation;
    }

    private MasterFileViolation Include(string? path, OpenMasterFile file, byte[] origin, SourcePosition at, out string detail)
    {
        string? resolved = path is null ? null : IncludePath.Resolve(Files.NameOf(0), Files.NameOf(file.Number), path);
        detail = resolved ?? path ?? "";
        if (resolved is null)
        {
            return MasterFileViolation.IncludeOutside;
        }

        int first = _open.FindIndex(open => string.Equals(Files.NameOf(open.Number), resolved, StringComparison.Ordinal));
        if (first >= 0)
        {
            detail = string.Join(" -> ", _open.Skip(first).Select(open => Files.NameOf(open.Number)).Append(resolved));
            return MasterFileViolation.IncludeLoop;
        }

        if (_open.Count > _limits.IncludeDepth)
        {
            detail = $"{resolved} (the most are {_limits.IncludeDepth})";
            return MasterFileViolation.IncludeTooDeep;
        }

        if (++_includes > _limits.Includes)
        {
            detail = $"{resolved} (the most are {_limits.Includes} in all)";
            return MasterFileViolation.IncludeTooDeep;
        }

        int known = Files.Find(resolved);
        if (known >= 0)
        {
            Push(known, Files.TextOf(known), origin, at);
        }
        else
        {
            _wanted = new(resolved, origin, at);
        }

        return MasterFileViolation.None;
    }

    private MasterFileInclude TakeWanted()
    {
        MasterFileInclude include = _wanted.Path is null ? throw new InvalidOperationException("No file is wanted.") : _wanted;
        _wanted = default;
        return include;
    }

    private void Push(int number, ReadOnlyMemory<byte> text, ReadOnlySpan<byte> origin, SourcePosition at)
    {
        ReadOnlySpan<byte> bytes = text.Span;
        if (!TryCount(bytes.Length))
        {
            Fail(MasterFileViolation.TextTooLarge, at, $"{Files.NameOf(number)} (the most are {_limits.TextBytes})");
            return;
        }

        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            Fail(MasterFileViolation.TextBinary, new(number, zero));
            return;
        }

        OpenMasterFile file = new(number, text, origin);
        if (_open.Count > 0)
        {
            file.SetOwner(_open[^1].Owner.AsSpan(0, _open[^1].OwnerBytes));
            file.IsOwnerBroken = _open[^1].IsOwnerBroken;
        }

        // The mark that some editors put before UTF-8 is no part of the first name.
        file.Position = bytes.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? 3 : 0;
        _open.Add(file);
    }

    private bool TryDecideTtl(uint? said, DnsType type, ReadOnlySpan<byte> rdata, SourcePosition at, out uint ttl)
    {
        if (said is { } seconds)
        {
            ttl = seconds <= MostTtl ? seconds : BoundTtl(seconds, at);
            _lastTtl = ttl;
            return true;
        }

        // RFC 2308 §4: $TTL is for all records that say none. RFC 1035 §5.1: before there was $TTL, it was the last one that was said.
        uint? known = _defaultTtl ?? _lastTtl;
        if (known is null && type == DnsType.SOA)
        {
            // As BIND has it: the last field of an SOA was the default before RFC 2308 §4 gave it another meaning.
            _defaultTtl = known = BoundTtl(BinaryPrimitives.ReadUInt32BigEndian(rdata[^4..]), at);
        }

        ttl = known.GetValueOrDefault();
        return known.HasValue;
    }

    // RFC 2181 §8: a TTL with its highest bit set is taken as zero.
    private uint BoundTtl(uint seconds, SourcePosition at)
    {
        if (seconds <= MostTtl)
        {
            return seconds;
        }

        Fail(MasterFileViolation.TtlTooLarge, at, seconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    // What a file says goes to logs and terminals: it begins no line there, and gives no command.
    private static string Show(string detail) => string.Create(detail.Length, detail, static (chars, text) =>
    {
        for (int i = 0; i < chars.Length; i++)
        {
            chars[i] = char.GetUnicodeCategory(text[i]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : text[i];
        }
    });

    private RecordFormat FormatOf(DnsType type) => _format = RecordFormat.Of(type, _class);

    private static MasterFileViolation ReadText(ref MasterFileTokens tokens, out MasterFileToken token)
    {
        MasterFileViolation violation = tokens.Read(out token);
        return violation == MasterFileViolation.None && !token.IsText ? MasterFileViolation.FieldMissing : violation;
    }

    private static MasterFileViolation ReadEnd(ref MasterFileTokens tokens, ref int offset)
    {
        MasterFileViolation violation = tokens.Read(out MasterFileToken token);
        violation = violation == MasterFileViolation.None && token.IsText ? MasterFileViolation.TextTrailing : violation;
        offset = violation == MasterFileViolation.None ? offset : token.Offset;
        return violation;
    }

    // What people look for on the line: the word that begins there, as far as it can be shown.
    private string WordAt(ReadOnlySpan<byte> text, int offset)
    {
        const int MostShown = 40;
        if (_problems.Count >= _limits.Problems || offset >= text.Length)
        {
            return "";
        }

        ReadOnlySpan<byte> word = text.Slice(offset, Math.Min(text.Length - offset, MostShown + 1));
        int end = word.IndexOfAny(" \t\r\n"u8);
        word = end >= 0 ? word[..end] : word;
        return string.Create(Math.Min(word.Length, MostShown), word, static (chars, bytes) =>
        {
            for (int i = 0; i < chars.Length; i++)
            {
                chars[i] = bytes[i] is > 0x20 and < 0x7f ? (char)bytes[i] : '?';
            }
        }) + (word.Length > MostShown ? "..." : "");
    }

    private static void SkipEntry(ref MasterFileTokens tokens)
    {
        if (!tokens.IsBehindEntry)
        {
            tokens.SkipEntry();
        }
    }
}
