using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Writes text into HTML so that it stays text.</summary>
/// <remarks>
/// Escapes what means something in element content and in quoted attributes. Control characters, lone surrogates and the marks that turn the direction
/// of writing (they make <c>exe.gpj</c> look like <c>jpg.exe</c> backwards) become U+FFFD.
/// </remarks>
internal static class HtmlText
{
    private static readonly SearchValues<char> Special = SearchValues.Create([
        .. "&<>\"'\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u2028\u2029\uFEFF",
        .. Enumerable.Range(0, 0x20).Select(static c => (char)c), .. Enumerable.Range(0x7F, 0x21).Select(static c => (char)c)]);

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            int special = text.IndexOfAny(Special);
            ReadOnlySpan<char> plain = special < 0 ? text : text[..special];
            Encoding.UTF8.GetBytes(plain, output);   // lone surrogates become U+FFFD here
            if (special < 0) return;
            output.Write(Escape(text[special]));
            text = text[(special + 1)..];
        }
    }

    public static void WriteNumber(IBufferWriter<byte> output, long value)
    {
        Span<byte> span = output.GetSpan(20);
        value.TryFormat(span, out int written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static ReadOnlySpan<byte> Escape(char c) => c switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '"' => "&quot;"u8,
        '\'' => "&#39;"u8,
        _ => "\uFFFD"u8,
    };
}
