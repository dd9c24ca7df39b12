using System.Buffers;
using System.Text;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Writes both sides of an opening handshake, and refusals.</summary>
internal static class HandshakeEncoder
{
    /// <summary>Writes a client's request. <b>Spec</b>: RFC 6455 §4.1.</summary>
    public static void EncodeRequest(WebSocketRequest request, IBufferWriter<byte> output)
    {
        var text = new StringBuilder();
        text.Append("GET ").Append(request.Path).Append(request.Query.Length == 0 ? "" : "?").Append(request.Query).Append(" HTTP/1.1\r\nHost: ").Append(request.Host)
            .Append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ").Append(request.Key).Append("\r\nSec-WebSocket-Version: 13\r\n");
        if (request.Origin is not null)
        {
            text.Append("Origin: ").Append(request.Origin).Append("\r\n");
        }

        if (request.Protocols.Count > 0)
        {
            text.Append("Sec-WebSocket-Protocol: ").AppendJoin(", ", request.Protocols).Append("\r\n");
        }

        Encoding.Latin1.GetBytes(text.Append("\r\n").ToString(), output);
    }

    /// <summary>Writes the answer that opens the connection. <b>Spec</b>: RFC 6455 §4.2.2.</summary>
    public static void EncodeAccept(string key, string? protocol, IBufferWriter<byte> output)
    {
        string chosen = protocol is null ? "" : $"Sec-WebSocket-Protocol: {protocol}\r\n";
        Encoding.Latin1.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {WebSocketKey.Accept(key)}\r\n{chosen}\r\n", output);
    }

    /// <summary>Writes the answer to what does not become a WebSocket.</summary>
    public static void EncodeRefusal(HandshakeRefusal refusal, IBufferWriter<byte> output)
    {
        // RFC 9110 §15.5.22 and §15.5.6: what to upgrade to, and which methods there are
        string more = refusal.Status switch
        {
            426 => "Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n",
            405 => "Allow: GET\r\nConnection: close\r\n",
            _ => "Connection: close\r\n",
        };
        Encoding.Latin1.GetBytes(
            $"HTTP/1.1 {refusal.Status} {refusal.Phrase}\r\n{more}Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {refusal.Text.Length + 1}\r\n\r\n{refusal.Text}\n",
            output);
    }
}
