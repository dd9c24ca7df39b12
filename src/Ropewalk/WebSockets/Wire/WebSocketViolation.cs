namespace Ropewalk.WebSockets.Wire;

/// <summary>Names each rule that a peer can break once the connection is open.</summary>
internal enum WebSocketViolation
{
    /// <summary>No rule was broken.</summary>
    None,

    /// <summary>A reserved bit is set and no extension was agreed on. RFC 6455 §5.2.</summary>
    ReservedBit,

    /// <summary>An opcode that nobody has defined. RFC 6455 §5.2.</summary>
    ReservedOpcode,

    /// <summary>A client's frame without a mask. RFC 6455 §5.1.</summary>
    UnmaskedClientFrame,

    /// <summary>A server's frame with a mask. RFC 6455 §5.1.</summary>
    MaskedServerFrame,

    /// <summary>A length that is not written in the fewest bytes. RFC 6455 §5.2.</summary>
    LengthNotMinimal,

    /// <summary>A length of 64 bits whose first bit is set. RFC 6455 §5.2.</summary>
    LengthTooLarge,

    /// <summary>A control frame in fragments. RFC 6455 §5.5.</summary>
    FragmentedControl,

    /// <summary>A control frame of more than 125 bytes. RFC 6455 §5.5.</summary>
    ControlTooLong,

    /// <summary>A continuation of nothing. RFC 6455 §5.4.</summary>
    UnexpectedContinuation,

    /// <summary>A new message inside another one. RFC 6455 §5.4.</summary>
    InterleavedMessage,

    /// <summary>A text message that is not UTF-8. RFC 6455 §8.1.</summary>
    InvalidUtf8,

    /// <summary>A close frame with half a code. RFC 6455 §5.5.1.</summary>
    CloseTooShort,

    /// <summary>A close code that must not be sent. RFC 6455 §7.4.</summary>
    InvalidCloseCode,

    /// <summary>A reason for closing that is not UTF-8. RFC 6455 §5.5.1.</summary>
    InvalidCloseReason,

    /// <summary>A message over the limit. RFC 6455 §10.4.</summary>
    MessageTooBig,

    /// <summary>A line break inside a message that is one line.</summary>
    LineBreakInMessage,

    /// <summary>More control frames, or empty ones, than the limit allows.</summary>
    ControlFlood,
}
