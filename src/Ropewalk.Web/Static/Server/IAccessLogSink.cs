namespace Ropewalk.Web.Static.Server;

/// <summary>Takes the lines of an access log.</summary>
public interface IAccessLogSink
{
    /// <summary>Writes lines.</summary>
    /// <param name="lines">One or more whole lines, ASCII, each ended by a line feed. <b>Lifetime</b>: valid during the call.</param>
    /// <remarks><b>Call</b>: one at a time, on a thread that may block. While it blocks, requests go on, and what the log cannot hold is dropped and counted.</remarks>
    void Write(ReadOnlySpan<byte> lines);
}
