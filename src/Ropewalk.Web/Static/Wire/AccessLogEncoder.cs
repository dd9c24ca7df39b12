using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Writes one request as a line of the <i>combined</i> log format that Apache and nginx share.</summary>
/// <remarks>
/// <b>Shape</b>: <c>address - - [06/Nov/1994:08:49:37 +0000] "GET /a HTTP/1.1" 200 1024 "referer" "agent"\n</c>. In what the client sent, each byte that is
/// not printable ASCII, a quote or a backslash is written <c>\xHH</c>, as nginx does: no request can break a line, forge one, or drive a terminal.
/// </remarks>
public static class AccessLogEncoder
{
    /// <summary>Bounds the line: each field is cut so that the whole always fits.</summary>
    public const int MaxLineBytes = 9216;

    // 4 bytes for each escaped one: 4 × (16 + 1024 + 16 + 512 + 512) = 8320, and less than 200 for the rest
    private const int MaxMethodBytes = 16, MaxTargetBytes = 1024, MaxProtocolBytes = 16, MaxFieldBytes = 512;

    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>Writes the time as the format has it, to be reused for all lines of one second.</summary>
    /// <param name="time">The time, written in UTC.</param>
    /// <returns><c>06/Nov/1994:08:49:37 +0000</c>, ASCII.</returns>
    public static byte[] EncodeTime(DateTimeOffset time)
    {
        DateTimeOffset utc = time.ToUniversalTime();
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{utc.Day:00}/{Months.AsSpan((utc.Month - 1) * 3, 3)}/{utc.Year:0000}:{utc.Hour:00}:{utc.Minute:00}:{utc.Second:00} +0000"));
    }

    /// <summary>Writes a line.</summary>
    /// <param name="output">At least <see cref="MaxLineBytes"/> long.</param>
    /// <param name="entry">What happened.</param>
    /// <param name="time">What <see cref="EncodeTime"/> gave.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(Span<byte> output, in AccessLogEntry entry, ReadOnlySpan<byte> time)
    {
        int at = 0;
        if (entry.RemoteAddress is { } address && address.TryFormat(output[..64], out int written)) at = written;
        else output[at++] = (byte)'-';
        Append(output, ref at, " - - ["u8);
        Append(output, ref at, time);
        Append(output, ref at, "] \""u8);
        AppendEscaped(output, ref at, entry.Method, MaxMethodBytes);
        output[at++] = (byte)' ';
        AppendEscaped(output, ref at, entry.Target, MaxTargetBytes);
        output[at++] = (byte)' ';
        AppendEscaped(output, ref at, entry.Protocol, MaxProtocolBytes);
        Append(output, ref at, "\" "u8);
        AppendNumber(output, ref at, entry.Status);
        output[at++] = (byte)' ';
        AppendNumber(output, ref at, entry.BodyBytes);
        Append(output, ref at, " \""u8);
        AppendField(output, ref at, entry.Referer);
        Append(output, ref at, "\" \""u8);
        AppendField(output, ref at, entry.UserAgent);
        Append(output, ref at, "\"\n"u8);
        return at;
    }

    private static void AppendField(Span<byte> output, ref int at, string? text)
    {
        if (string.IsNullOrEmpty(text)) output[at++] = (byte)'-';
        else AppendEscaped(output, ref at, text, MaxFieldBytes);
    }

    // what is cut is counted before escaping, and letters beyond ASCII count with their bytes
    private static void AppendEscaped(Span<byte> output, ref int at, string? text, int maxBytes)
    {
        int left = maxBytes;
        for (int i = 0; i < text?.Length; i++)
        {
            char c = text[i];
            int bytes = 1;
            if (c is >= ' ' and <= '~' and not '"' and not '\\' && left > 0) output[at++] = (byte)c;
            else if (c <= 0x7F && left > 0) AppendHex(output, ref at, (byte)c);
            else bytes = AppendUtf8(output, ref at, text, ref i, left);
            if (bytes == 0)
            {
                Append(output, ref at, "..."u8);
                return;
            }
            left -= bytes;
        }
    }

    private static int AppendUtf8(Span<byte> output, ref int at, string text, ref int i, int left)
    {
        Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int chars);
        if (rune.Utf8SequenceLength > left) return 0;
        Span<byte> utf8 = stackalloc byte[4];
        int bytes = rune.EncodeToUtf8(utf8);
        foreach (byte b in utf8[..bytes]) AppendHex(output, ref at, b);
        i += chars - 1;
        return bytes;
    }

    private static void AppendHex(Span<byte> output, ref int at, byte value)
    {
        ReadOnlySpan<byte> digits = "0123456789ABCDEF"u8;
        output[at] = (byte)'\\';
        output[at + 1] = (byte)'x';
        output[at + 2] = digits[value >> 4];
        output[at + 3] = digits[value & 15];
        at += 4;
    }

    private static void Append(Span<byte> output, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output[at..]);
        at += bytes.Length;
    }

    private static void AppendNumber(Span<byte> output, ref int at, long value)
    {
        Utf8Formatter.TryFormat(value, output[at..], out int written);
        at += written;
    }
}
