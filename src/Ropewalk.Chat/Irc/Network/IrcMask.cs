using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is a mask: <c>*</c> is any text, <c>?</c> any character, of however many bytes; whatever the case.</summary>
/// <remarks>Case is that of names, which the server announces as <c>CASEMAPPING=ascii</c>: <c>A</c> to <c>Z</c> are <c>a</c> to <c>z</c>. Neither RFC 1459's <c>[ ] \ ^</c> nor letters
/// beyond ASCII have another case, so a mask takes in no name that the server holds for another. Matching takes at most (length of the mask × length of the text) steps, however many stars there are. <b>Spec</b>: RFC 2812 §2.5; there is no escape.</remarks>
internal static class IrcMask
{
    /// <summary>Says whether a text matches a mask.</summary>
    public static bool Matches(ReadOnlySpan<byte> mask, ReadOnlySpan<byte> text)
    {
        int m = 0, t = 0, star = -1, afterStar = 0;
        while (t < text.Length)
        {
            if (m < mask.Length && mask[m] == (byte)'?')
            {
                m++;
                t = Next(text, t);
            }
            else if (m < mask.Length && mask[m] != (byte)'*' && Fold(mask[m]) == Fold(text[t]))
            {
                m++;
                t++;
            }
            else if (m < mask.Length && mask[m] == (byte)'*')
            {
                star = m++;
                afterStar = t;
            }
            else if (star >= 0)
            {
                m = star + 1;
                t = afterStar = Next(text, afterStar);
            }
            else
            {
                return false;
            }
        }

        return mask[m..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <summary>Completes what people type to <c>nick!user@host</c>: a lone word is a nickname, one with an at sign a host, one with dots or colons too.</summary>
    public static byte[] Complete(ReadOnlySpan<byte> mask)
    {
        int mark = mask.IndexOf((byte)'!');
        int at = mask.IndexOf((byte)'@');
        return (mark, at) switch
        {
            ( < 0, < 0) => mask.ContainsAny((byte)'.', (byte)':') ? [.. "*!*@"u8, .. mask] : [.. mask, .. "!*@*"u8],
            ( < 0, _) => [.. "*!"u8, .. mask],
            (_, < 0) => [.. mask, .. "@*"u8],
            _ => mask.ToArray(),
        };
    }

    // RFC 3629 §3: what continues a character begins with the bits 10.
    private static int Next(ReadOnlySpan<byte> text, int at)
    {
        at++;
        while (at < text.Length && (text[at] & 0xC0) == 0x80)
        {
            at++;
        }

        return at;
    }

    private static byte Fold(byte letter) => IrcCaseMapping.Ascii.Fold(letter);
}
