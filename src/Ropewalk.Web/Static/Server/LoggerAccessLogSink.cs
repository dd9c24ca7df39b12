using System.Text;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Web.Static.Server;

/// <summary>Writes an access log to a logger, one entry a line.</summary>
/// <param name="logger">Takes the lines at the level Information.</param>
public sealed partial class LoggerAccessLogSink(ILogger logger) : IAccessLogSink
{
    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> lines)
    {
        if (!logger.IsEnabled(LogLevel.Information)) return;
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            LogRequest(logger, Encoding.ASCII.GetString(lines[..end]));
            lines = lines[(end + 1)..];
        }
    }

    [LoggerMessage(3001, LogLevel.Information, "{Line}")]
    private static partial void LogRequest(ILogger logger, string line);
}
