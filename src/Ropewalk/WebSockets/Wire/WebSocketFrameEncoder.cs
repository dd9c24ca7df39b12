using System.Buffers.Binary;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Writes frames: whole messages, one frame each. <b>Spec</b>: RFC 6455 §5.2.</summary>
internal static class WebSocketFrameEncoder
{
    /// <summary>The longest header: two octets, a length of eight, a key of four.</summary>
    public const int MaxHeaderBytes = 14;

    /// <summary>125: the most that a control frame carries (RFC 6455 §5.5).</summary>
    public const int MaxControlBytes = 125;

    /// <summary>Gets the length of a header.</summary>
    public static int HeaderLength(int payloadLength, bool masked) =>
        2 + (payloadLength <= MaxControlBytes ? 0 : payloadLength <= ushort.MaxValue ? 2 : 8) + (masked ? 4 : 0);

    /// <summary>Writes the header of a frame that is a whole message.</summary>
    /// <param name="target">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="opcode">What it is.</param>
    /// <param name="payloadLength">How much follows.</param>
    /// <param name="mask">The key of a client's frame; null for a server's.</param>
    /// <returns>The length of the header.</returns>
    public static int EncodeHeader(Span<byte> target, WebSocketOpcode opcode, int payloadLength, uint? mask)
    {
        target[0] = (byte)(0x80 | (byte)opcode);
        int at = 2;
        // RFC 6455 §5.2: the minimal number of bytes
        if (payloadLength <= MaxControlBytes)
        {
            target[1] = (byte)payloadLength;
        }
        else if (payloadLength <= ushort.MaxValue)
        {
            target[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payloadLength);
            at = 4;
        }
        else
        {
            target[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)payloadLength);
            at = 10;
        }

        if (mask is { } key)
        {
            target[1] |= 0x80;
            BinaryPrimitives.WriteUInt32LittleEndian(target[at..], key);
            at += 4;
        }

        return at;
    }

    /// <summary>Writes a frame whole.</summary>
    /// <returns>Its length.</returns>
    public static int Encode(Span<byte> target, WebSocketOpcode opcode, ReadOnlySpan<byte> payload, uint? mask)
    {
        int header = EncodeHeader(target, opcode, payload.Length, mask);
        if (mask is { } key)
        {
            WebSocketMask.Apply(payload, target[header..], key, 0);
        }
        else
        {
            payload.CopyTo(target[header..]);
        }

        return header + payload.Length;
    }

    /// <summary>Writes the payload of a close frame; what does not fit of the reason is left out, never half a character.</summary>
    /// <returns>Its length: 0 for <see cref="WebSocketCloseCode.NoCode"/>.</returns>
    public static int EncodeClose(Span<byte> target, WebSocketCloseCode code, string? reason)
    {
        if (code == WebSocketCloseCode.NoCode)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)code);
        System.Text.Unicode.Utf8.FromUtf16(reason, target[2..MaxControlBytes], out _, out int written);
        return 2 + written;
    }
}
