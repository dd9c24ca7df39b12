using System.Buffers;
using Ropewalk.Framing;

namespace Ropewalk.WebSockets.Wire;

/// <summary>
/// Decodes a client's opening handshake. Nothing follows it but frames, and those only after the answer, so there is nothing to smuggle: a
/// request with a body, or with anything behind it, is refused.
/// </summary>
internal static class HandshakeRequestDecoder
{
    // duplicates of these can be read in two ways
    private static readonly string[] Single =
        ["Host", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Content-Length", "Transfer-Encoding"];

    /// <summary>Decodes a request. <see cref="DecodeStatus.Violation"/> comes with what is to be answered.</summary>
    public static DecodeStatus Decode(ref SequenceReader<byte> input, out WebSocketRequest? request, out HandshakeRefusal? refusal)
    {
        request = null;
        refusal = null;
        switch (HeaderBlockDecoder.Decode(ref input, out HeaderBlock? block, out HeaderFault fault))
        {
            case DecodeStatus.NeedMore:
                return DecodeStatus.NeedMore;
            case DecodeStatus.Violation:
                refusal = fault == HeaderFault.TooLarge
                    ? new HandshakeRefusal(431, $"The header block is longer than {HeaderBlockDecoder.MaxBytes} bytes.")
                    : new HandshakeRefusal(400, "This is not an HTTP request.");
                return DecodeStatus.Violation;
        }

        refusal = Check(block!, isMoreBehind: !input.End, out request);
        return refusal is null ? DecodeStatus.Frame : DecodeStatus.Violation;
    }

    private static HandshakeRefusal? Check(HeaderBlock block, bool isMoreBehind, out WebSocketRequest? request)
    {
        request = null;
        string[] words = block.StartLine.Split(' ');
        if (words.Length != 3 || !HeaderBlockDecoder.IsToken(words[0]) || !IsVersion(words[2]))
        {
            return new HandshakeRefusal(400, "The request line is not well-formed.");
        }

        if (words[2] != "HTTP/1.1")
        {
            return new HandshakeRefusal(505, "A WebSocket begins with HTTP/1.1.");
        }

        if (Single.FirstOrDefault(name => block.Count(name) > 1) is { } twice)
        {
            return new HandshakeRefusal(400, $"The field {twice} is there twice.");
        }

        // RFC 9112 §3.2: a request without Host is answered with 400
        string? host = block.Get("Host");
        if (string.IsNullOrEmpty(host) || host.AsSpan().ContainsAny(" \t,/@\\"))
        {
            return new HandshakeRefusal(400, "The field Host is missing or not a host.");
        }

        if (words[0] != "GET")
        {
            return new HandshakeRefusal(405, "A WebSocket is asked for with GET.");
        }

        if (block.Get("Transfer-Encoding") is not null || block.Get("Content-Length") is not (null or "0"))
        {
            return new HandshakeRefusal(400, "A request for a WebSocket has no body.");
        }

        if (!TrySplitTarget(words[1], ref host, out string path, out string query))
        {
            return new HandshakeRefusal(400, "The request's target is not a path.");
        }

        return CheckUpgrade(block, isMoreBehind) is { } refusal
            ? refusal
            : CheckKey(block, new WebSocketRequest(path, query, host, block.Get("Origin"), block.Get("Sec-WebSocket-Key") ?? "", [.. block.List("Sec-WebSocket-Protocol")]), out request);
    }

    private static HandshakeRefusal? CheckUpgrade(HeaderBlock block, bool isMoreBehind)
    {
        // RFC 6455 §4.2.1: Upgrade has the keyword "websocket", Connection the token "Upgrade"
        if (!block.Lists("Upgrade", "websocket") || !block.Lists("Connection", "Upgrade"))
        {
            return new HandshakeRefusal(426, "Here is a WebSocket, and no page. Connect with ws:// or wss://.");
        }

        // RFC 6455 §4.4: what version there is, is said with the refusal
        if (block.Get("Sec-WebSocket-Version") != "13")
        {
            return new HandshakeRefusal(426, "Version 13 of the WebSocket protocol is spoken here.");
        }

        // RFC 6455 §4.1: the client must wait for the answer before it sends anything more
        return isMoreBehind ? new HandshakeRefusal(400, "The client has not waited for the answer.") : null;
    }

    private static HandshakeRefusal? CheckKey(HeaderBlock block, WebSocketRequest asked, out WebSocketRequest? request)
    {
        request = null;
        if (!WebSocketKey.IsValid(asked.Key))
        {
            return new HandshakeRefusal(400, "Sec-WebSocket-Key is not 16 bytes in base64.");
        }

        // RFC 6455 §4.1: the subprotocols are tokens, each named once
        if (asked.Protocols.Any(name => !HeaderBlockDecoder.IsToken(name)) || asked.Protocols.Distinct(StringComparer.Ordinal).Count() != asked.Protocols.Count)
        {
            return new HandshakeRefusal(400, "Sec-WebSocket-Protocol is not a list of names.");
        }

        // RFC 6455 §11.3.4: an empty one is none
        if (block.Count("Sec-WebSocket-Protocol") > 0 && asked.Protocols.Count == 0)
        {
            return new HandshakeRefusal(400, "Sec-WebSocket-Protocol names nothing.");
        }

        request = asked;
        return null;
    }

    private static bool IsVersion(string text) =>
        text.Length == 8 && text.StartsWith("HTTP/", StringComparison.Ordinal) && char.IsAsciiDigit(text[5]) && text[6] == '.' && char.IsAsciiDigit(text[7]);

    private static bool TrySplitTarget(string target, ref string host, out string path, out string query)
    {
        // RFC 9112 §3.2.2: a server takes a whole URI too, and its host is the one that counts
        foreach (string scheme in (string[])["http://", "https://"])
        {
            if (target.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                int slash = target.IndexOf('/', scheme.Length);
                string authority = slash < 0 ? target[scheme.Length..] : target[scheme.Length..slash];
                if (authority.Length == 0 || authority.AsSpan().ContainsAny(" \t,?#@\\"))
                {
                    break;
                }

                host = authority;
                target = slash < 0 ? "/" : target[slash..];
                break;
            }
        }

        int question = target.IndexOf('?');
        path = question < 0 ? target : target[..question];
        query = question < 0 ? "" : target[(question + 1)..];
        // RFC 6455 §3: a fragment must not be used
        return path.StartsWith('/') && !target.Contains('#', StringComparison.Ordinal);
    }
}
