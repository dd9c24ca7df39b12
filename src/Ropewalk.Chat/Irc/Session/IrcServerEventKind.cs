namespace Ropewalk.Chat.Irc.Session;

/// <summary>Names what a server's session tells.</summary>
internal enum IrcServerEventKind
{
    /// <summary>A line has come.</summary>
    Line,

    /// <summary>A line was longer than anybody's may be; it has been skipped.</summary>
    Overlong,

    /// <summary>Nothing has come for too long: the conversation is over. The last words may go for a while yet, but others are to be told now.</summary>
    TimedOut,

    /// <summary>More was sent ahead of the pace than is held for anybody: the conversation is over.</summary>
    Flooded,
}
