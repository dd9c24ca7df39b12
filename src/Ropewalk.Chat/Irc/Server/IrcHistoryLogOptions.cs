namespace Ropewalk.Chat.Irc.Server;

/// <summary>Holds the bounds of the log of registered channels.</summary>
public sealed class IrcHistoryLogOptions
{
    private const long LeastSegmentBytes = 4 * 1024;
    private const long GreatestSegmentBytes = 1024 * 1024 * 1024;

    /// <summary>Gets or sets how long one segment grows: 4 KiB to 1 GiB. Default 4 MiB.</summary>
    public long SegmentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Gets or sets how much the log holds, at least a segment; the oldest segments go. Default 64 MiB.</summary>
    public long MostBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Gets or sets how long what is written may wait to be flushed to the disk. Default 1 s (Redis's <c>appendfsync everysec</c>). A message is told when it is written, so a
    /// crash of the server loses none; a power cut loses at most this much. Zero flushes before a message is told. At most 1 h.
    /// </summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Lists everything that is wrong; empty where nothing is.</summary>
    public IEnumerable<string> Validate()
    {
        if (SegmentBytes is < LeastSegmentBytes or > GreatestSegmentBytes)
        {
            yield return $"A segment of the history's log has {LeastSegmentBytes} to {GreatestSegmentBytes} bytes, not {SegmentBytes}.";
        }

        if (MostBytes < SegmentBytes)
        {
            yield return $"The history's log must hold at least a segment of {SegmentBytes} bytes, not {MostBytes} bytes.";
        }

        if (FlushInterval < TimeSpan.Zero || FlushInterval > TimeSpan.FromHours(1))
        {
            yield return $"The history's log is flushed after 0 s to 1 h, not after {FlushInterval}.";
        }
    }
}
