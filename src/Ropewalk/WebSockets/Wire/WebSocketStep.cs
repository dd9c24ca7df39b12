namespace Ropewalk.WebSockets.Wire;

/// <summary>Says what the frame decoder came to. What it wrote to the output came before it.</summary>
internal enum WebSocketStep
{
    /// <summary>The input is used up.</summary>
    NeedMore,

    /// <summary>The output is full; the message goes on.</summary>
    OutputFull,

    /// <summary>A message is complete.</summary>
    MessageEnd,

    /// <summary>A fragment without a byte, which is not the last one: it is counted as control frames are.</summary>
    EmptyFragment,

    /// <summary>A ping; its payload is <see cref="WebSocketFrameDecoder.ControlPayload"/>.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer's close frame: nothing that follows counts.</summary>
    Close,

    /// <summary>The peer broke a rule; nothing more can be decoded.</summary>
    Violation,
}
