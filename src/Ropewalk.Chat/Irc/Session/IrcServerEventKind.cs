namespace Ropewalk.Chat.Irc.Session;

/// <summary>Names what a server's session tells.</summary>
internal enum IrcServerEventKind
{
    /// <summary>A line has come.</summary>
    Line,

    /// <summary>A line was longer than anybody's may be; it has been skipped.</summary>
    Overlong,
}
