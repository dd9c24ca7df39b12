using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds a path inside a site that is known to be well-formed: the one object that routing, access and opening use.</summary>
/// <remarks>
/// <b>Shape</b>: zero or more segments. No segment is empty, <c>.</c> or <c>..</c>, starts with a dot (but a first <c>.well-known</c>, RFC 8615 §3),
/// or holds <c>/</c>, <c>\</c>, NUL or another control character. Percent signs were decoded exactly once.
/// </remarks>
public sealed class SitePath : IEquatable<SitePath>
{
    /// <summary>Bounds the target: Linux refuses longer paths (PATH_MAX).</summary>
    public const int MaxBytes = 4096;

    /// <summary>Bounds a segment: NAME_MAX on every file system in use.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>The folder at the top of the site: <c>/</c>.</summary>
    public static readonly SitePath Root = new("", isFolder: true);

    // RFC 3986 §2.3 unreserved, and those of §3.3 pchar that no client escapes; what is not here is written as %XX
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$()*+,;=:@"u8);

    private SitePath(string relative, bool isFolder)
    {
        Relative = relative;
        IsFolder = isFolder;
        Text = Encode(relative, isFolder);
    }

    /// <summary>Gets the decoded path below the root: segments joined by <c>/</c>, without one at either end; empty for the root.</summary>
    public string Relative { get; }

    /// <summary>Gets whether the path names a folder: it ends with a slash.</summary>
    public bool IsFolder { get; }

    /// <summary>Gets the canonical spelling for a URI: starts with exactly one <c>/</c>, percent-encoded, ASCII.</summary>
    public string Text { get; }

    /// <summary>Gets the decoded last segment; empty for the root.</summary>
    public ReadOnlySpan<char> Name => Relative.AsSpan(Relative.LastIndexOf('/') + 1);

    /// <summary>Gets the same path as a folder.</summary>
    /// <returns>This path, or one that ends with a slash.</returns>
    public SitePath AsFolder() => IsFolder ? this : new SitePath(Relative, isFolder: true);

    /// <summary>Tells whether a name can be a segment, and thus be reached by a request.</summary>
    /// <param name="name">The decoded name.</param>
    /// <returns>Whether <see cref="Child"/> takes it.</returns>
    public static bool IsSegment(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name[0] == '.' || name.Length > MaxSegmentBytes) return false;
        foreach (char c in name)
        {
            if (c is '/' or '\\' or '\uFFFD' || char.IsControl(c)) return false;
        }
        return Encoding.UTF8.GetByteCount(name) <= MaxSegmentBytes;
    }

    /// <summary>Goes one segment down.</summary>
    /// <param name="name">The decoded name.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <returns>The longer path.</returns>
    /// <exception cref="ArgumentException">The name is no segment.</exception>
    public SitePath Child(string name, bool isFolder = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsSegment(name)) throw new ArgumentException("Not a segment of a site path.", nameof(name));
        return new SitePath(Relative.Length == 0 ? name : $"{Relative}/{name}", isFolder);
    }

    // Goes down to a folder whose name came out of another path, and is thus known to be a segment (".well-known" too).
    internal SitePath Below(string segment) => new(Relative.Length == 0 ? segment : $"{Relative}/{segment}", isFolder: true);

    /// <summary>Takes the path out of a request target in origin or absolute form (RFC 9112 §3.2), without its query.</summary>
    /// <param name="target">The target as the client sent it.</param>
    /// <returns>The part that <see cref="TryParse"/> reads; it need not be well-formed.</returns>
    public static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        int query = target.IndexOf('?');
        if (query >= 0) target = target[..query];
        if (target.IsEmpty || target[0] == '/') return target;
        // RFC 9112 §3.2.2: a server takes the absolute form too
        int authority = target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : target.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : 0;
        if (authority == 0) return target;
        int slash = target[authority..].IndexOf('/');
        return slash < 0 ? "/" : target[(authority + slash)..];
    }

    /// <summary>Takes the query out of a request target.</summary>
    /// <param name="target">The target as the client sent it.</param>
    /// <returns>What follows the first <c>?</c>; empty without one.</returns>
    public static ReadOnlySpan<char> QueryOf(ReadOnlySpan<char> target)
    {
        int query = target.IndexOf('?');
        return query < 0 ? default : target[(query + 1)..];
    }

    /// <summary>Parses the path of a request target.</summary>
    /// <param name="path">What <see cref="PathOf"/> gave.</param>
    /// <param name="result">The path.</param>
    /// <param name="error">Why it is none.</param>
    /// <returns>Whether the path is well-formed and not hidden.</returns>
    public static bool TryParse(ReadOnlySpan<char> path, [NotNullWhen(true)] out SitePath? result, out SitePathError error)
    {
        result = null;
        if (path.Length > MaxBytes)
        {
            error = SitePathError.TooLong;
            return false;
        }
        if (path.IsEmpty || path[0] != '/')
        {
            error = SitePathError.Malformed;
            return false;
        }
        if (path.Length == 1)
        {
            (result, error) = (Root, SitePathError.None);
            return true;
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(path.Length);
        try
        {
            error = Decode(path[1..], rented, out int length);
            if (error == SitePathError.None) error = CheckSegments(rented.AsSpan(0, length));
            if (error != SitePathError.None) return false;
            bool isFolder = rented[length - 1] == '/';
            result = new SitePath(Encoding.UTF8.GetString(rented, 0, isFolder ? length - 1 : length), isFolder);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
    public bool Equals(SitePath? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SitePath);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Writes the canonical spelling.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;

    // One pass, so that "%252e" stays the three letters "%2e" and can never become a dot.
    private static SitePathError Decode(ReadOnlySpan<char> path, Span<byte> output, out int length)
    {
        length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            int value = path[i];
            bool encoded = value == '%';
            if (encoded)
            {
                if (i + 2 >= path.Length) return SitePathError.Malformed;
                if (!byte.TryParse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet)) return SitePathError.Malformed;
                value = octet;
                i += 2;
            }
            else if (value > 0x7E)
            {
                return SitePathError.Malformed;   // RFC 3986 §2: a URI is ASCII
            }
            // NUL ends a name for the kernel, a backslash is a separator to Windows and to browsers, an encoded slash would move a segment border
            if (value < 0x20 || value is 0x7F or '\\' || (encoded && value == '/') || (!encoded && value == '#')) return SitePathError.Malformed;
            output[length++] = (byte)value;
        }
        // refuses overlong forms and surrogates (RFC 3629 §3)
        return Utf8.IsValid(output[..length]) && !HasControls(output[..length]) ? SitePathError.None : SitePathError.Malformed;
    }

    // U+0080…U+009F, which char.IsControl names control characters too
    private static bool HasControls(ReadOnlySpan<byte> utf8)
    {
        int lead = utf8.IndexOf((byte)0xC2);
        while (lead >= 0)
        {
            if (utf8[lead + 1] < 0xA0) return true;
            int next = utf8[(lead + 1)..].IndexOf((byte)0xC2);
            lead = next < 0 ? -1 : lead + 1 + next;
        }
        return false;
    }

    private static SitePathError CheckSegments(ReadOnlySpan<byte> path)
    {
        SitePathError worst = SitePathError.None;
        bool first = true;
        while (!path.IsEmpty)
        {
            int slash = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (segment.IsEmpty || segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8)) return SitePathError.NotNormalized;
            if (segment.Length > MaxSegmentBytes) return SitePathError.TooLong;
            // RFC 8615 §3: the one name with a dot that is made for the public (certificate challenges live there)
            if (segment[0] == (byte)'.' && !(first && segment.SequenceEqual(".well-known"u8))) worst = SitePathError.Hidden;
            first = false;
        }
        return worst;
    }

    private static string Encode(string relative, bool isFolder)
    {
        if (relative.Length == 0) return "/";
        byte[] utf8 = Encoding.UTF8.GetBytes(relative);
        StringBuilder text = new(utf8.Length + 2);
        text.Append('/');
        foreach (byte b in utf8)
        {
            if (b == '/' || Plain.Contains(b)) text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        if (isFolder) text.Append('/');
        return text.ToString();
    }
}
