using System.Text;
using System.Text.Unicode;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Makes the payload of a message out of a line.</summary>
internal static class WebSocketLines
{
    /// <summary>Takes a line's break away: LF, and a CR before it.</summary>
    public static ReadOnlySpan<byte> WithoutBreak(ReadOnlySpan<byte> line)
    {
        line = line.EndsWith("\n"u8) ? line[..^1] : line;
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    /// <summary>Gets what may be sent: a CR inside becomes a space, as it could be taken for a break; in text what is not UTF-8 becomes U+FFFD.</summary>
    /// <param name="line">The line without its break.</param>
    /// <param name="isText">Whether it becomes a text message.</param>
    public static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line, bool isText)
    {
        if (line.Contains((byte)'\r'))
        {
            byte[] copy = line.ToArray();
            copy.AsSpan().Replace((byte)'\r', (byte)' ');
            line = copy;
        }

        // IRCv3 WebSocket: a server replaces what is not UTF-8 in text mode
        return isText && !Utf8.IsValid(line) ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line)) : line;
    }
}
