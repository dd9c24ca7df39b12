using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ropewalk.Testing;

/// <summary>Is a range of seeds, both ends included: <c>1-1000</c>, or a single <c>17</c>.</summary>
public readonly record struct SeedRange : ISpanParsable<SeedRange>
{
    /// <summary>Creates a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A seed is negative, or the last lies before the first.</exception>
    public SeedRange(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        First = first;
        Last = last;
    }

    /// <summary>Gets the first seed.</summary>
    public int First { get; }

    /// <summary>Gets the last seed.</summary>
    public int Last { get; }

    /// <summary>Gets how many there are.</summary>
    public long Count => (long)Last - First + 1;

    /// <summary>Parses a range.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SeedRange Parse(string text, IFormatProvider? provider = null) => Parse(text.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static SeedRange Parse(ReadOnlySpan<char> text, IFormatProvider? provider = null)
        => TryParse(text, provider, out SeedRange range) ? range : throw new FormatException($"'{text}' is no range of seeds: 1-1000 is one, and so is 17.");

    /// <summary>Parses a range.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out SeedRange range) => TryParse(text.AsSpan(), provider, out range);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out SeedRange)"/>
    public static bool TryParse(ReadOnlySpan<char> text, IFormatProvider? provider, out SeedRange range)
    {
        range = default;
        int between = text.IndexOf('-');
        ReadOnlySpan<char> end = between < 0 ? text : text[(between + 1)..];
        if (!TryParseSeed(between < 0 ? text : text[..between], out int first) || !TryParseSeed(end, out int last) || last < first)
        {
            return false;
        }

        range = new SeedRange(first, last);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    internal IEnumerable<int> Each()
    {
        for (long seed = First; seed <= Last; seed++)
        {
            yield return (int)seed;
        }
    }

    /// <summary>Cuts it into pieces of the same size; the last one may be smaller.</summary>
    internal IEnumerable<SeedRange> Cut(int size)
    {
        for (long first = First; first <= Last; first += size)
        {
            yield return new SeedRange((int)first, (int)Math.Min(Last, first + size - 1));
        }
    }

    private static bool TryParseSeed(ReadOnlySpan<char> text, out int seed) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);
}
