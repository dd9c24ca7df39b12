namespace Ropewalk.WebSockets;

/// <summary>Says how a stream of bytes is cut into messages.</summary>
public enum WebSocketMessages
{
    /// <summary>A message is any piece of the stream: where it is cut means nothing.</summary>
    Bytes,

    /// <summary>A message is one line without its break, both ways.</summary>
    Lines,
}
