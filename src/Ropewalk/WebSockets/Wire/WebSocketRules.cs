namespace Ropewalk.WebSockets.Wire;

/// <summary>Says what a violation is called in a log, and with which code the connection is closed for it.</summary>
internal static class WebSocketRules
{
    /// <summary>Gets the close code. <b>Spec</b>: RFC 6455 §7.4.1.</summary>
    public static WebSocketCloseCode CloseCodeOf(WebSocketViolation violation) => violation switch
    {
        WebSocketViolation.InvalidUtf8 or WebSocketViolation.InvalidCloseReason or WebSocketViolation.LineBreakInMessage => WebSocketCloseCode.InvalidPayload,
        WebSocketViolation.MessageTooBig => WebSocketCloseCode.MessageTooBig,
        WebSocketViolation.ControlFlood => WebSocketCloseCode.PolicyViolation,
        _ => WebSocketCloseCode.ProtocolError,
    };

    /// <summary>Gets one sentence for a log and, without what stands in brackets, for the close frame.</summary>
    public static string Describe(WebSocketViolation violation) => violation switch
    {
        WebSocketViolation.ReservedBit => "a reserved bit is set (RFC 6455 §5.2)",
        WebSocketViolation.ReservedOpcode => "a reserved opcode (RFC 6455 §5.2)",
        WebSocketViolation.UnmaskedClientFrame => "a client's frame without a mask (RFC 6455 §5.1)",
        WebSocketViolation.MaskedServerFrame => "a server's frame with a mask (RFC 6455 §5.1)",
        WebSocketViolation.LengthNotMinimal => "a length that is not in the fewest bytes (RFC 6455 §5.2)",
        WebSocketViolation.LengthTooLarge => "a length of more than 63 bits (RFC 6455 §5.2)",
        WebSocketViolation.FragmentedControl => "a control frame in fragments (RFC 6455 §5.5)",
        WebSocketViolation.ControlTooLong => "a control frame of more than 125 bytes (RFC 6455 §5.5)",
        WebSocketViolation.UnexpectedContinuation => "a continuation of nothing (RFC 6455 §5.4)",
        WebSocketViolation.InterleavedMessage => "a message inside another one (RFC 6455 §5.4)",
        WebSocketViolation.InvalidUtf8 => "a text message that is not UTF-8 (RFC 6455 §8.1)",
        WebSocketViolation.CloseTooShort => "a close frame with half a code (RFC 6455 §5.5.1)",
        WebSocketViolation.InvalidCloseCode => "a close code that must not be sent (RFC 6455 §7.4)",
        WebSocketViolation.InvalidCloseReason => "a reason for closing that is not UTF-8 (RFC 6455 §5.5.1)",
        WebSocketViolation.MessageTooBig => "a message over the limit (RFC 6455 §10.4)",
        WebSocketViolation.LineBreakInMessage => "a line break inside a message",
        WebSocketViolation.ControlFlood => "too many control frames or empty ones",
        _ => "no rule",
    };

    /// <summary>Tells whether a code may stand in a close frame: what is registered, and what libraries and applications may choose.</summary>
    public static bool MaySend(int code) => code switch
    {
        // RFC 6455 §7.4.1: 1004, 1005, 1006 and 1015 are never sent; 1012 to 1014 were registered later (IANA)
        1004 or 1005 or 1006 or 1015 => false,
        >= 1000 and <= 1014 => true,
        // RFC 6455 §7.4.2: libraries register theirs, applications need not
        >= 3000 and <= 4999 => true,
        _ => false,
    };
}
