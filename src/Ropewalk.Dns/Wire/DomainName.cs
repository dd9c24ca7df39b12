using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire;

/// <summary>Is an absolute domain name; one exists only if it is well-formed. Its case is kept, and ignored when names are compared.</summary>
/// <remarks>
/// <b>Shape</b>: labels of 1 to 63 bytes with dots between, 255 bytes in wire form; <c>\.</c> is a dot inside a label and <c>\DDD</c> any byte (RFC 1035 §2.3.4, §5.1).
/// A dot at the end may be left out. Names beyond ASCII are written as their A-labels (<c>xn--…</c>).
/// </remarks>
public sealed class DomainName : IEquatable<DomainName>, IComparable<DomainName>, ISpanParsable<DomainName>, IUtf8SpanParsable<DomainName>, ISpanFormattable, IUtf8SpanFormattable
{
    private readonly byte[] _wire;

    private DomainName(byte[] wire) => _wire = wire;

    /// <summary>Gets the root, <c>.</c>.</summary>
    public static DomainName Root { get; } = new([0]);

    /// <summary>Gets the wire form: labels behind their lengths, the root's zero at the end.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>Gets the wire form, to be kept.</summary>
    public ReadOnlyMemory<byte> WireMemory => _wire;

    /// <summary>Gets how many labels there are, without the root.</summary>
    public int LabelCount => WireName.CountLabels(_wire);

    /// <summary>Says whether this is the root.</summary>
    public bool IsRoot => _wire.Length == 1;

    /// <summary>Says whether the first label is an asterisk. <b>Spec</b>: RFC 4592 §2.1.1.</summary>
    public bool IsWildcard => _wire.Length > 1 && _wire[0] == 1 && _wire[1] == (byte)'*';

    /// <summary>Gets the name without its first label; null for the root.</summary>
    public DomainName? Parent => IsRoot ? null : new(_wire[(_wire[0] + 1)..]);

    /// <summary>Says whether two names are the same.</summary>
    public static bool operator ==(DomainName? left, DomainName? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Says whether two names differ.</summary>
    public static bool operator !=(DomainName? left, DomainName? right) => !(left == right);

    /// <summary>Says whether a name stands before another in canonical order.</summary>
    public static bool operator <(DomainName left, DomainName right) => Compare(left, right) < 0;

    /// <summary>Says whether a name stands behind another in canonical order.</summary>
    public static bool operator >(DomainName left, DomainName right) => Compare(left, right) > 0;

    /// <summary>Says whether a name stands before another in canonical order, or is the same.</summary>
    public static bool operator <=(DomainName left, DomainName right) => Compare(left, right) <= 0;

    /// <summary>Says whether a name stands behind another in canonical order, or is the same.</summary>
    public static bool operator >=(DomainName left, DomainName right) => Compare(left, right) >= 0;

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">It is no name; the message says why.</exception>
    public static DomainName Parse(ReadOnlySpan<char> text)
    {
        MasterFileViolation violation = ParseChars(text, out DomainName? name);
        return name ?? throw new FormatException($"\"{text}\" is no domain name: {violation.Describe()}.");
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static DomainName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan());
    }

    /// <inheritdoc/>
    public static DomainName Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static DomainName Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static DomainName Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) =>
        TryParse(utf8Text, null, out DomainName? name, out MasterFileViolation violation)
            ? name
            : throw new FormatException($"\"{Encoding.UTF8.GetString(utf8Text)}\" is no domain name: {violation.Describe()}.");

    /// <summary>Parses a name, or says that it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DomainName? name) => TryParse(text.AsSpan(), null, out name);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out DomainName result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out DomainName result) =>
        ParseChars(s, out result) == MasterFileViolation.None;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, [MaybeNullWhen(false)] out DomainName result) =>
        TryParse(utf8Text, null, out result, out _);

    /// <summary>Parses a name as a master file has it.</summary>
    /// <param name="text">The text; <c>@</c> is the origin itself.</param>
    /// <param name="origin">What is put behind a name without a dot at its end; if null, such a name is absolute too, and <c>@</c> no name.</param>
    /// <param name="name">The name, if it is one.</param>
    /// <param name="violation">Why it is none.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, DomainName? origin, [NotNullWhen(true)] out DomainName? name, out MasterFileViolation violation)
    {
        Span<byte> wire = stackalloc byte[DnsLimits.NameBytes];
        violation = NameText.Parse(text, origin is null ? default : origin.Wire, wire, out int length);
        name = violation == MasterFileViolation.None ? Of(wire[..length]) : null;
        return name is not null;
    }

    /// <summary>Makes a name of its wire form, which must not be compressed.</summary>
    /// <param name="bytes">The name, and nothing behind it.</param>
    /// <param name="name">The name, if the bytes are one.</param>
    public static DnsViolation Decode(ReadOnlySpan<byte> bytes, out DomainName? name)
    {
        name = null;
        DnsViolation violation = WireName.Measure(bytes, out int length);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        if (length != bytes.Length)
        {
            return DnsViolation.RdataTrailing;
        }

        name = Of(bytes);
        return DnsViolation.None;
    }

    /// <summary>Makes the name that has another label in front of this one.</summary>
    /// <param name="label">The label's bytes, not escaped.</param>
    /// <exception cref="ArgumentException">The label is empty or longer than 63 bytes, or the name would be longer than 255.</exception>
    public DomainName Prepend(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > DnsLimits.LabelBytes || label.Length + 1 + _wire.Length > DnsLimits.NameBytes)
        {
            throw new ArgumentException($"A label has 1 to 63 bytes and a name at most 255: {label.Length} bytes do not fit before {this}.", nameof(label));
        }

        return new([(byte)label.Length, .. label, .. _wire]);
    }

    /// <summary>Says whether this name is another one or stands below it.</summary>
    public bool IsSubdomainOf(DomainName ancestor)
    {
        ArgumentNullException.ThrowIfNull(ancestor);
        return WireName.IsWithin(_wire, ancestor._wire);
    }

    /// <summary>Makes the name with its letters A to Z in lower case.</summary>
    public DomainName ToLower()
    {
        byte[] lower = new byte[_wire.Length];
        WireName.ToLower(_wire, lower);
        return new(lower);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] DomainName? other) => other is not null && WireName.Equal(_wire, other._wire);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as DomainName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        Span<byte> lower = stackalloc byte[_wire.Length];
        WireName.ToLower(_wire, lower);
        HashCode hash = default;
        hash.AddBytes(lower);
        return hash.ToHashCode();
    }

    /// <inheritdoc cref="WireName.Compare"/>
    public int CompareTo(DomainName? other) => other is null ? 1 : WireName.Compare(_wire, other._wire);

    /// <summary>Prints the name with a dot at its end, and with escapes where they are needed.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[DnsLimits.NameTextBytes];
        return Encoding.ASCII.GetString(text[..NameText.Print(_wire, text)]);
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> text = stackalloc byte[DnsLimits.NameTextBytes];
        return Ascii.ToUtf16(text[..NameText.Print(_wire, text)], destination, out charsWritten) == OperationStatus.Done;
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> text = stackalloc byte[DnsLimits.NameTextBytes];
        int length = NameText.Print(_wire, text);
        bytesWritten = text[..length].TryCopyTo(utf8Destination) ? length : 0;
        return bytesWritten > 0;
    }

    /// <summary>Makes a name of bytes that are known to be one.</summary>
    internal static DomainName Of(ReadOnlySpan<byte> wire) => wire.Length == 1 ? Root : new(wire.ToArray());

    private static int Compare(DomainName left, DomainName right)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.CompareTo(right);
    }

    private static MasterFileViolation ParseChars(ReadOnlySpan<char> text, out DomainName? name)
    {
        name = null;
        if (text.Length > DnsLimits.NameTextBytes)
        {
            return MasterFileViolation.NameTooLong;
        }

        Span<byte> utf8 = stackalloc byte[DnsLimits.NameTextBytes * 3];
        int length = Encoding.UTF8.GetBytes(text, utf8);
        TryParse(utf8[..length], null, out name, out MasterFileViolation violation);
        return violation;
    }
}
