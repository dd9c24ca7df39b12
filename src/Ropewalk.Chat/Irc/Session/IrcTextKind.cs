namespace Ropewalk.Chat.Irc.Session;

/// <summary>Names what a text is.</summary>
public enum IrcTextKind
{
    /// <summary>A message (<c>PRIVMSG</c>).</summary>
    Message,

    /// <summary>A notice (<c>NOTICE</c>), which nothing may answer by itself. <b>Spec</b>: RFC 1459 §4.4.2.</summary>
    Notice,

    /// <summary>What somebody does: a message with the CTCP command <c>ACTION</c>.</summary>
    Action,
}
