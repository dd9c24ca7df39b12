using System.Globalization;
using System.Text;

namespace Ropewalk.Security.Precis;

/// <summary>Prepares passwords by the profile OpaqueString, so that the same password typed on two machines has the same bytes.</summary>
/// <remarks>
/// SCRAM's own RFC names SASLprep, which this replaces (RFC 8265 §6.1): equal for ASCII, and for all that a keyboard makes composed. A joiner
/// that is right only in some contexts is refused.
/// </remarks>
internal static class OpaqueStringProfile
{
    /// <summary>The most bytes of UTF-8: 255 characters (RFC 4616 §2) of four bytes.</summary>
    public const int MaxBytes = 1020;

    /// <summary>Prepares a password.</summary>
    /// <param name="text">The password as it was typed.</param>
    /// <param name="prepared">Its bytes; empty where it may not be one.</param>
    /// <returns>Whether it may be a password. What is wrong is not told: the password could be read from it.</returns>
    public static bool TryPrepare(string text, out byte[] prepared)
    {
        prepared = [];
        if (text.Length is 0 or > MaxBytes || !UserNameProfile.IsWellFormed(text))
        {
            return false;
        }

        var mapped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsFreeform(rune))
            {
                return false;
            }

            // RFC 8265 §4.2.2: every space becomes the ASCII one; case and width stay; then composition
            mapped.Append(Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator ? " " : rune.ToString());
        }

        byte[] bytes = Encoding.UTF8.GetBytes(CanonicalComposition.Compose(mapped.ToString()));
        prepared = bytes.Length <= MaxBytes ? bytes : [];
        return prepared.Length > 0;
    }

    // RFC 8264 §8: controls, format characters, private and unassigned code points are none
    private static bool IsFreeform(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
