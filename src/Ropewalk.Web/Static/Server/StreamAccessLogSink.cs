namespace Ropewalk.Web.Static.Server;

/// <summary>Writes an access log to a stream, such as the standard output.</summary>
/// <param name="stream">Takes the lines. <b>Lifetime</b>: stays the caller's.</param>
public sealed class StreamAccessLogSink(Stream stream) : IAccessLogSink
{
    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> lines)
    {
        stream.Write(lines);
        stream.Flush();
    }
}
