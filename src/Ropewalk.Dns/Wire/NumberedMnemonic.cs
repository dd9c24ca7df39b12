using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Ropewalk.Dns.Wire;

/// <summary>Parses what types and classes without a mnemonic are called: a word and the number. <b>Spec</b>: RFC 3597 §5.</summary>
internal static class NumberedMnemonic
{
    /// <summary>The longest of all mnemonics is NSEC3PARAM, as long as CLASS65535.</summary>
    public const int MostChars = 10;

    /// <summary>Takes a mnemonic's bytes and says what it is.</summary>
    public delegate bool Parser<T>(ReadOnlySpan<byte> text, out T value);

    /// <summary>Parses the word, in whatever case, and the number behind it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word, out ushort number)
    {
        if (text.Length > word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word) && Utf8Parser.TryParse(text[word.Length..], out number, out int used) && used == text.Length - word.Length)
        {
            return true;
        }

        number = 0;
        return false;
    }

    /// <summary>Parses a mnemonic of characters as its bytes are.</summary>
    public static bool TryParse<T>(ReadOnlySpan<char> text, Parser<T> parse, out T value)
        where T : struct
    {
        value = default;
        Span<byte> bytes = stackalloc byte[MostChars];
        return text.Length <= MostChars && Ascii.FromUtf16(text, bytes, out int length) == OperationStatus.Done && parse(bytes[..length], out value);
    }
}
