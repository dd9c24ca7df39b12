using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Names a subprotocol and says in which kind of message it is sent. <b>Spec</b>: RFC 6455 §1.9.</summary>
/// <param name="Name">The name, as <c>text.ircv3.net</c>.</param>
/// <param name="IsText">Whether what is sent are text messages: what is not UTF-8 in them is replaced by U+FFFD.</param>
public sealed record WebSocketSubprotocol(string Name, bool IsText)
{
    /// <summary>Gets IRC's in text messages. <b>Spec</b>: IRCv3 WebSocket.</summary>
    public static WebSocketSubprotocol IrcText { get; } = new("text.ircv3.net", IsText: true);

    /// <summary>Gets IRC's in binary messages. <b>Spec</b>: IRCv3 WebSocket.</summary>
    public static WebSocketSubprotocol IrcBinary { get; } = new("binary.ircv3.net", IsText: false);

    /// <summary>Parses <c>NAME/text</c>, <c>NAME/binary</c>, or a name alone.</summary>
    internal static WebSocketSubprotocol? TryParse(string item, bool isText)
    {
        int slash = item.IndexOf('/');
        string name = slash < 0 ? item : item[..slash];
        string kind = slash < 0 ? "" : item[(slash + 1)..];
        return HeaderBlockDecoder.IsToken(name) && (slash < 0 || kind is "text" or "binary")
            ? new WebSocketSubprotocol(name, slash < 0 ? isText : kind == "text")
            : null;
    }
}
