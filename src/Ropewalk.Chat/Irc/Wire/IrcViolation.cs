namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Names each rule of the format that a line can break.</summary>
public enum IrcViolation
{
    /// <summary>None: the line is well-formed.</summary>
    None,

    /// <summary>The message without its tags is longer than 512 bytes. <b>Spec</b>: RFC 1459 §2.3; numeric 417.</summary>
    LineTooLong,

    /// <summary>The tags are longer than the side that sent them may make them. <b>Spec</b>: IRCv3 message-tags; numeric 417.</summary>
    TagsTooLong,

    /// <summary>The line holds a NUL. <b>Spec</b>: RFC 1459 §2.3.1.</summary>
    HoldsNul,

    /// <summary>The line holds a CR that no LF follows. <b>Spec</b>: RFC 1459 §2.3.1.</summary>
    BareCr,

    /// <summary>There are tags or a source, and no command behind them.</summary>
    CommandMissing,

    /// <summary>The command is neither letters nor three digits. <b>Spec</b>: RFC 1459 §2.3.1.</summary>
    CommandMalformed,

    /// <summary>The line is not UTF-8, where nothing else is taken. <b>Spec</b>: IRCv3 UTF8ONLY.</summary>
    NotUtf8,
}
