using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Makes entity tags and compares them with the lists that clients send.</summary>
/// <remarks><b>Spec</b>: RFC 9110 §8.8.3.</remarks>
public static class EntityTag
{
    /// <summary>Makes a file's tag out of its length and its time of change.</summary>
    /// <param name="lengthBytes">The file's length.</param>
    /// <param name="modifiedUnixNanoseconds">The file's time of change.</param>
    /// <param name="isWeak">Whether the file may still change without a new time (RFC 9110 §8.8.1).</param>
    /// <returns>The tag with its quotes: <c>"length-time"</c> in hexadecimal.</returns>
    public static string OfFile(long lengthBytes, long modifiedUnixNanoseconds, bool isWeak) =>
        string.Create(CultureInfo.InvariantCulture, $"{(isWeak ? "W/" : "")}\"{lengthBytes:x}-{modifiedUnixNanoseconds:x}\"");

    /// <summary>Finds a tag in an <c>If-Match</c> or <c>If-None-Match</c> field.</summary>
    /// <param name="field">The field's lines.</param>
    /// <param name="tag">The tag that the server has, with its quotes.</param>
    /// <param name="weakly">Whether the comparison is weak (RFC 9110 §8.8.3.2).</param>
    /// <returns>Whether one of the list matches; <c>*</c> always does. A malformed list matches up to its fault.</returns>
    public static bool IsInList(StringValues field, string tag, bool weakly)
    {
        for (int i = 0; i < field.Count; i++)
        {
            if (IsInLine(field[i], tag, weakly)) return true;
        }
        return false;
    }

    /// <summary>Compares two tags strongly: equal, and neither is weak.</summary>
    /// <param name="left">A tag with its quotes.</param>
    /// <param name="right">A tag with its quotes.</param>
    /// <returns>Whether they name the same bytes.</returns>
    public static bool AreSameStrongly(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length > 1 && left[0] == '"' && left.SequenceEqual(right);

    private static bool IsInLine(ReadOnlySpan<char> line, string tag, bool weakly)
    {
        line = line.Trim(" \t");
        if (line is "*") return true;
        while (true)
        {
            line = line.TrimStart(" \t,");   // RFC 9110 §5.6.1.2: empty elements are ignored
            int start = line.StartsWith("W/", StringComparison.Ordinal) ? 2 : 0;
            if (line.Length < start + 2 || line[start] != '"') return false;
            int close = line[(start + 1)..].IndexOf('"');
            if (close < 0) return false;
            int length = start + close + 2;
            if (Matches(line[..length], tag, weakly)) return true;
            line = line[length..].TrimStart(" \t");
            if (line.IsEmpty || line[0] != ',') return false;
        }
    }

    private static bool Matches(ReadOnlySpan<char> theirs, ReadOnlySpan<char> ours, bool weakly)
    {
        if (!weakly) return AreSameStrongly(theirs, ours);
        if (theirs[0] == 'W') theirs = theirs[2..];
        if (ours[0] == 'W') ours = ours[2..];
        return theirs.SequenceEqual(ours);
    }
}
