namespace Ropewalk.Chat.Irc.Server;

/// <summary>Holds the bounds of the log of registered channels.</summary>
public sealed class IrcHistoryLogOptions
{
    /// <summary>Gets or sets how long one segment grows. Default 4 MiB.</summary>
    public long SegmentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Gets or sets how much the log holds; the oldest segments go. Default 64 MiB.</summary>
    public long MostBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Gets or sets how long what is written may wait to be flushed to the disk. Default 1 s (Redis's <c>appendfsync everysec</c>). A message is told when it is written, so a
    /// crash of the server loses none; a power cut loses at most this much. Zero flushes before a message is told.
    /// </summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);
}
