using System.Buffers;
using Ropewalk.Framing;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Decodes a server's answer to an opening handshake. What stands behind it are frames. <b>Spec</b>: RFC 6455 §4.1.</summary>
internal static class HandshakeResponseDecoder
{
    /// <summary>Decodes an answer. <see cref="DecodeStatus.Violation"/> comes with words for why the connection does not open.</summary>
    public static DecodeStatus Decode(ref SequenceReader<byte> input, WebSocketRequest asked, out string? protocol, out string? fault)
    {
        protocol = null;
        fault = null;
        DecodeStatus status = HeaderBlockDecoder.Decode(ref input, out HeaderBlock? block, out HeaderFault wrong);
        if (status == DecodeStatus.NeedMore)
        {
            return status;
        }

        fault = status == DecodeStatus.Violation
            ? wrong == HeaderFault.TooLarge ? "the answer's header block is too long" : "the answer is not HTTP"
            : Check(block!, asked, out protocol);
        return fault is null ? DecodeStatus.Frame : DecodeStatus.Violation;
    }

    private static string? Check(HeaderBlock block, WebSocketRequest asked, out string? protocol)
    {
        protocol = null;
        string[] words = block.StartLine.Split(' ', 3);
        if (words.Length < 2 || words[0] != "HTTP/1.1" || words[1].Length != 3 || !words[1].All(char.IsAsciiDigit))
        {
            return "the answer is not HTTP/1.1";
        }

        if (words[1] != "101")
        {
            return $"the server answered {words[1]} {(words.Length > 2 ? words[2] : "")}".TrimEnd();
        }

        if (!block.Lists("Upgrade", "websocket") || !block.Lists("Connection", "Upgrade"))
        {
            return "the server switched to something else";
        }

        if (block.Count("Sec-WebSocket-Accept") != 1 || block.Get("Sec-WebSocket-Accept") != WebSocketKey.Accept(asked.Key))
        {
            return "the server has not read the key (Sec-WebSocket-Accept)";
        }

        // RFC 6455 §4.1: an extension or a subprotocol that was not asked for fails the connection
        if (block.List("Sec-WebSocket-Extensions").Any())
        {
            return "the server uses an extension that was not asked for";
        }

        protocol = block.Get("Sec-WebSocket-Protocol");
        return block.Count("Sec-WebSocket-Protocol") > 1 || (protocol is not null && !asked.Protocols.Contains(protocol, StringComparer.Ordinal))
            ? "the server chose a subprotocol that was not offered"
            : null;
    }
}
