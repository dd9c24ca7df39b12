using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Storage;

/// <summary>
/// Names one file or folder inside an <see cref="IFileStore"/>. A value exists only if it is well-formed, stays inside the store, and means
/// the same on every platform.
/// </summary>
/// <remarks>
/// <b>Shape</b>: <c>segment *("/" segment)</c>, at most 16 segments and 1,024 bytes of UTF-8. A segment has 1 to 240 bytes; it is not
/// <c>.</c> or <c>..</c>; it does not begin with <c>~</c> (the store's own temporary files do); it does not end with a dot or a space; it
/// has no control character and none of <c>\ : * ? " &lt; &gt; |</c>; it is no device name of Windows (<c>con</c>, <c>nul.txt</c>).
/// Paths are compared by their bytes: case matters.
/// </remarks>
public sealed class FileStorePath : IEquatable<FileStorePath>, IComparable<FileStorePath>, ISpanParsable<FileStorePath>
{
    private const int MaxSegments = 16;
    private const int MaxBytes = 1024;

    // 255 is the limit of ext4, XFS, APFS and NTFS; the rest is room for a temporary file's prefix.
    private const int MaxSegmentBytes = 240;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _value;

    private FileStorePath(string value) => _value = value;

    /// <summary>Gets the store's own top folder: it can be listed, and is no file.</summary>
    public static FileStorePath Root { get; } = new("");

    /// <summary>Gets whether this is the store's top folder.</summary>
    public bool IsRoot => _value.Length == 0;

    /// <summary>Gets the last segment; empty for the top folder.</summary>
    public string Name => _value[(_value.LastIndexOf('/') + 1)..];

    /// <summary>Gets the folder that holds this; the top folder holds itself.</summary>
    public FileStorePath Parent
    {
        get
        {
            int slash = _value.LastIndexOf('/');
            return slash < 0 ? Root : new FileStorePath(_value[..slash]);
        }
    }

    /// <summary>Gets whether this is a temporary file of the store: never listed, made only by the store's own replacing.</summary>
    internal bool IsTemporary => Name.StartsWith('~');

    /// <summary>Appends one or more segments.</summary>
    /// <exception cref="FormatException">The result is not well-formed.</exception>
    public static FileStorePath operator /(FileStorePath folder, string child)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(child);
        return Parse(folder.IsRoot ? child : $"{folder._value}/{child}");
    }

    /// <summary>Compares two paths by their bytes.</summary>
    public static bool operator ==(FileStorePath? left, FileStorePath? right) => Equals(left, right);

    /// <summary>Compares two paths by their bytes.</summary>
    public static bool operator !=(FileStorePath? left, FileStorePath? right) => !Equals(left, right);

    /// <summary>Parses a path.</summary>
    /// <exception cref="FormatException">It is not well-formed; the message says which rule is broken.</exception>
    public static FileStorePath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan(), null);
    }

    /// <inheritdoc/>
    public static FileStorePath Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static FileStorePath Parse(ReadOnlySpan<char> s, IFormatProvider? provider)
        => FindFault(s) is { } fault ? throw new FormatException($"Not a path inside a file store: {fault}") : new FileStorePath(s.ToString());

    /// <summary>Tries to parse a path.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FileStorePath? path)
        => TryParse(text.AsSpan(), null, out path);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [NotNullWhen(true)] out FileStorePath? result)
        => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [NotNullWhen(true)] out FileStorePath? result)
    {
        result = FindFault(s) is null ? new FileStorePath(s.ToString()) : null;
        return result is not null;
    }

    /// <inheritdoc/>
    public bool Equals(FileStorePath? other) => other is not null && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FileStorePath);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(FileStorePath? other) => string.CompareOrdinal(_value, other?._value);

    /// <summary>Gives the path, its segments separated by slashes.</summary>
    public override string ToString() => _value;

    /// <summary>Names a temporary file beside this one.</summary>
    internal FileStorePath Temporary(long number)
    {
        string name = $"~{number}.{Name}";
        return new FileStorePath(Parent.IsRoot ? name : $"{Parent._value}/{name}");
    }

    /// <summary>Names an entry that the system listed, or null where its name is none that this store can have made.</summary>
    internal FileStorePath? TryChild(string name) => TryParse(IsRoot ? name : $"{_value}/{name}", out FileStorePath? path) ? path : null;

    private static string? FindFault(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return "it is empty";
        }

        if (text.Length > MaxBytes || ByteCount(text) is not { } bytes || bytes > MaxBytes)
        {
            return text.Length > MaxBytes ? $"it is longer than {MaxBytes} bytes" : "it is no valid Unicode, or longer than 1024 bytes";
        }

        int segments = 0;
        foreach (Range range in text.Split('/'))
        {
            if (++segments > MaxSegments)
            {
                return $"it has more than {MaxSegments} segments";
            }

            if (FindSegmentFault(text[range]) is { } fault)
            {
                return $"segment {segments} {fault}";
            }
        }

        return null;
    }

    private static string? FindSegmentFault(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
        {
            return "is empty";
        }

        if (segment is "." or "..")
        {
            return "is '.' or '..'";
        }

        if (segment[0] == '~')
        {
            return "begins with '~', as only the store's own temporary files do";
        }

        if (segment[^1] is '.' or ' ')
        {
            return "ends with a dot or a space";
        }

        foreach (char c in segment)
        {
            if (char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
            {
                return $"has the character U+{(int)c:X4}, which not every platform takes";
            }
        }

        return ByteCount(segment) > MaxSegmentBytes ? $"is longer than {MaxSegmentBytes} bytes"
            : IsDeviceName(segment) ? "is a device name on Windows"
            : null;
    }

    private static bool IsDeviceName(ReadOnlySpan<char> segment)
    {
        int dot = segment.IndexOf('.');
        ReadOnlySpan<char> stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        if (stem.Length == 3)
        {
            return Is(stem, "con") || Is(stem, "prn") || Is(stem, "aux") || Is(stem, "nul");
        }

        return stem.Length == 4 && (Is(stem[..3], "com") || Is(stem[..3], "lpt")) && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³');
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static int? ByteCount(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])))
            {
                return null;
            }
        }

        return StrictUtf8.GetByteCount(text);
    }
}
