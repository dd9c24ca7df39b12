using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.WebSockets.Wire;

/// <summary>
/// Decodes the header block of an HTTP/1.1 message, more strictly than HTTP asks: each line ends with CRLF, no line is folded, a name is a
/// token with the colon next to it. What two readers could read in two ways is refused.
/// </summary>
internal static class HeaderBlockDecoder
{
    /// <summary>8 KiB: the most that a header block may have (nginx's <c>large_client_header_buffers</c>).</summary>
    public const int MaxBytes = 8 * 1024;

    // RFC 9110 §5.6.2: the characters of a token
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Tells whether a text is a token.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Decodes a block. <see cref="DecodeStatus.Violation"/> comes with what is wrong.</summary>
    public static DecodeStatus Decode(ref SequenceReader<byte> input, out HeaderBlock? block, out HeaderFault fault)
    {
        block = null;
        fault = HeaderFault.None;
        int length = (int)Math.Min(input.Remaining, MaxBytes);
        byte[] rented = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            Span<byte> bytes = rented.AsSpan(0, length);
            input.UnreadSequence.Slice(0, length).CopyTo(bytes);
            int end = bytes.IndexOf("\r\n\r\n"u8);
            if (!AreLines(end < 0 ? bytes : bytes[..(end + 4)]))
            {
                fault = HeaderFault.Malformed;
                return DecodeStatus.Violation;
            }

            if (end < 0)
            {
                fault = input.Remaining >= MaxBytes ? HeaderFault.TooLarge : HeaderFault.None;
                return fault == HeaderFault.None ? DecodeStatus.NeedMore : DecodeStatus.Violation;
            }

            input.Advance(end + 4);
            block = Parse(Encoding.Latin1.GetString(bytes[..end]));
            fault = block is null ? HeaderFault.Malformed : HeaderFault.None;
            return block is null ? DecodeStatus.Violation : DecodeStatus.Frame;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Looks for what stands in no header block, before the block is whole: what speaks something else is told at once.</summary>
    private static bool AreLines(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty && !char.IsAsciiLetterUpper((char)bytes[0]))
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            switch (bytes[i])
            {
                case (byte)'\r' when i + 1 < bytes.Length && bytes[i + 1] != '\n':
                // RFC 9112 §2.2: a bare CR is never part of a line, and here neither is a bare LF
                case (byte)'\n' when i == 0 || bytes[i - 1] != '\r':
                case < 0x20 and not ((byte)'\r' or (byte)'\n' or (byte)'\t'):
                case 0x7F:
                    return false;
            }
        }

        return true;
    }

    private static HeaderBlock? Parse(string text)
    {
        string[] lines = text.Split("\r\n");
        var fields = new List<KeyValuePair<string, string>>(lines.Length - 1);
        foreach (string line in lines.Skip(1))
        {
            // RFC 9112 §5.1: no white space before the colon; §5.2: a folded line begins with it, and its name is no token
            int colon = line.IndexOf(':');
            if (colon < 0 || !IsToken(line.AsSpan(0, colon)))
            {
                return null;
            }

            fields.Add(new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return new HeaderBlock(lines[0], fields);
    }
}
