using System.Globalization;
using System.Text;

namespace Ropewalk.Security.Precis;

/// <summary>Prepares user names by the profile UsernameCaseMapped.</summary>
/// <remarks>
/// Stricter than the RFC in two places. Characters that are only right in some contexts (joiners, the middle dot, Katakana's) are refused.
/// Of names written from right to left it takes those that begin and end so and mix in no letters of the other direction.
/// </remarks>
internal static class UserNameProfile
{
    /// <summary>Prepares a name.</summary>
    /// <param name="text">The name as it was given.</param>
    /// <param name="prepared">What it is compared by; empty where there is a fault.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Prepare(string text, out string prepared)
    {
        prepared = "";
        if (text.Length == 0)
        {
            return "it is empty";
        }

        if (!IsWellFormed(text))
        {
            return "it is not well-formed Unicode";
        }

        // RFC 8265 §3.3.2: widths, then case, then composition, then direction
        string mapped = CanonicalComposition.Compose(MapWidthAndCase(text));
        foreach (Rune rune in mapped.EnumerateRunes())
        {
            if (!IsIdentifier(rune))
            {
                return $"U+{rune.Value:X4} may not be in a name";
            }
        }

        if (UnicodeCategoryOf(mapped) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
        {
            return "it begins with a mark that belongs to a letter before it";
        }

        if (HasMixedDirections(mapped))
        {
            return "it mixes directions of writing";
        }

        prepared = mapped;
        return null;
    }

    /// <summary>Tells whether text has no lone surrogates.</summary>
    public static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string MapWidthAndCase(string text)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int row = UnicodeRuns.Row(UnicodeTables.Widths, 2, rune.Value);
            mapped.Append(Rune.ToLowerInvariant(row < 0 ? rune : new Rune(UnicodeTables.Widths[row + 1])).ToString());
        }

        return mapped.ToString();
    }

    // RFC 8264 §8: the order of the questions
    private static bool IsIdentifier(Rune rune) => rune.Value switch
    {
        >= 0x21 and <= 0x7e => true,

        // RFC 8264 §9.6: exceptions, and those that are right only in some contexts
        0x640 or 0x7fa or 0x302e or 0x302f or (>= 0x3031 and <= 0x3035) or 0x303b => false,

        // RFC 8264 §9.9: old Hangul Jamo
        (>= 0x1100 and <= 0x11ff) or (>= 0xa960 and <= 0xa97c) or (>= 0xd7b0 and <= 0xd7fb) => false,

        // RFC 8264 §9.13: ignorable: variation selectors, fillers, the grapheme joiner
        0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or (>= 0x180b and <= 0x180f) or 0x3164 or (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0000 and <= 0xe0fff) => false,

        // RFC 8264 §9.17: what is only another form of something
        _ when UnicodeRuns.Value(UnicodeTables.Compatible, rune.Value) != 0 => false,

        // RFC 8264 §9.1: letters, digits and marks
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark,
    };

    // RFC 8265 §3.3.2: the Bidi Rule of RFC 5893 §2, narrowed
    private static bool HasMixedDirections(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        if (!runes.Any(IsRightToLeft))
        {
            return false;
        }

        bool hasOwnDigits = runes.Any(rune => rune.Value is >= 0x660 and <= 0x669);
        bool hasEuropeanDigits = runes.Any(rune => rune.Value is (>= '0' and <= '9') or (>= 0x6f0 and <= 0x6f9));
        Rune last = runes.Last(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark);
        return !IsRightToLeft(runes[0])
            || !(IsRightToLeft(last) || Rune.IsDigit(last))
            || (hasOwnDigits && hasEuropeanDigits)
            || runes.Any(rune => Rune.IsLetter(rune) && !IsRightToLeft(rune));
    }

    private static bool IsRightToLeft(Rune rune) => UnicodeRuns.Value(UnicodeTables.RightToLeft, rune.Value) != 0;

    private static UnicodeCategory UnicodeCategoryOf(string text) => Rune.GetUnicodeCategory(Rune.GetRuneAt(text, 0));
}
