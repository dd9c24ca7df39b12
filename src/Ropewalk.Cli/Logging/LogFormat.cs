namespace Ropewalk.Cli.Logging;

/// <summary>Names how log messages are written.</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
