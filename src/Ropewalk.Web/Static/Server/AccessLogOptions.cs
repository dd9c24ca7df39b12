namespace Ropewalk.Web.Static.Server;

/// <summary>Bounds an access log.</summary>
public sealed class AccessLogOptions
{
    /// <summary>Gets or sets how many bytes wait to be written; there are two such buffers. Default: 1 MiB, some 8,000 lines.</summary>
    public int BufferBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how long a line waits for others to be written with it. Default: 100 ms: at most ten writes a second unless there is much to say.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(100);
}
