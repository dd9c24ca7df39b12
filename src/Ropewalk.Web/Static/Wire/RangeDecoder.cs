using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Reads the <c>Range</c> field.</summary>
/// <remarks>
/// <b>Spec</b>: RFC 9110 §14.1.2, §14.2. A field with an unknown unit, a fault of grammar or too many parts is ignored, which the RFC allows;
/// parts that overlap or touch are joined (§15.3.7.2), so that what is sent is never more than the file.
/// </remarks>
public static class RangeDecoder
{
    /// <summary>Reads a field for a representation of known length.</summary>
    /// <param name="field">The field's lines.</param>
    /// <param name="lengthBytes">The representation's length; an empty one has no parts and is sent whole.</param>
    /// <param name="maxRanges">How many parts may be asked for.</param>
    /// <param name="ranges">The parts in ascending order, none overlapping; empty unless the result is <see cref="RangeStatus.Parts"/>.</param>
    /// <returns>What to send.</returns>
    public static RangeStatus Decode(StringValues field, long lengthBytes, int maxRanges, out ByteRange[] ranges)
    {
        ranges = [];
        if (field.Count != 1 || lengthBytes == 0) return RangeStatus.Whole;
        ReadOnlySpan<char> text = field[0];
        if (!text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return RangeStatus.Whole;
        text = text[6..];
        List<ByteRange>? found = null;
        ByteRange single = default;
        int asked = 0, satisfiable = 0;
        while (true)
        {
            int comma = text.IndexOf(',');
            ReadOnlySpan<char> spec = (comma < 0 ? text : text[..comma]).Trim(" \t");
            if (!spec.IsEmpty)   // §5.6.1.2: empty elements are ignored
            {
                if (++asked > maxRanges || !TryDecodeSpec(spec, lengthBytes, out ByteRange range)) return RangeStatus.Whole;
                if (range.LengthBytes > 0)
                {
                    if (++satisfiable == 1) single = range;
                    else (found ??= [single]).Add(range);
                }
            }
            if (comma < 0) break;
            text = text[(comma + 1)..];
        }
        if (asked == 0) return RangeStatus.Whole;
        if (satisfiable == 0) return RangeStatus.Unsatisfiable;
        ranges = found is null ? [single] : Join(found);
        return RangeStatus.Parts;
    }

    // A spec that is well-formed but behind the end gives a length of 0.
    private static bool TryDecodeSpec(ReadOnlySpan<char> spec, long length, out ByteRange range)
    {
        range = default;
        int dash = spec.IndexOf('-');
        if (dash < 0) return false;
        ReadOnlySpan<char> left = spec[..dash], right = spec[(dash + 1)..];
        if (left.IsEmpty)
        {
            if (!TryPosition(right, out long suffix)) return false;
            suffix = Math.Min(suffix, length);   // §14.1.2: longer than the representation means all of it
            range = new ByteRange(length - suffix, suffix);
            return true;
        }
        if (!TryPosition(left, out long first)) return false;
        long last = long.MaxValue;
        if (!right.IsEmpty && (!TryPosition(right, out last) || last < first)) return false;
        if (first < length) range = new ByteRange(first, Math.Min(last, length - 1) - first + 1);
        return true;
    }

    // Positions beyond 2^63 are valid grammar: they mean "behind every end".
    private static bool TryPosition(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)) value = long.MaxValue;
        return true;
    }

    private static ByteRange[] Join(List<ByteRange> ranges)
    {
        ranges.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        List<ByteRange> joined = [ranges[0]];
        foreach (ByteRange next in ranges)
        {
            ByteRange last = joined[^1];
            long end = last.Start + last.LengthBytes;
            if (next.Start > end) joined.Add(next);
            else joined[^1] = last with { LengthBytes = Math.Max(end, next.Start + next.LengthBytes) - last.Start };
        }
        return [.. joined];
    }
}
