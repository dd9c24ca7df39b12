using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Logging;

namespace Ropewalk.Cli.Configuration.Sections;

/// <summary>Declares <c>log:</c>.</summary>
internal static class LogSection
{
    /// <summary>The least important message that is written.</summary>
    public static readonly Setting<LogLevel> Level = new ScalarSetting<LogLevel>(
        "level",
        new ChoiceFormat<LogLevel>(
            ("trace", LogLevel.Trace),
            ("debug", LogLevel.Debug),
            ("info", LogLevel.Information),
            ("warning", LogLevel.Warning),
            ("error", LogLevel.Error),
            ("none", LogLevel.None)),
        LogLevel.Information,
        "The least important message that is written.")
    {
        Effect = TakesEffect.Live,
    };

    /// <summary>How messages are written.</summary>
    public static readonly Setting<LogFormat> Format = new ScalarSetting<LogFormat>(
        "format",
        new ChoiceFormat<LogFormat>(("text", LogFormat.Text), ("json", LogFormat.Json)),
        LogFormat.Text,
        "How messages are written to standard error: lines for people, or one JSON object a line.")
    {
        Effect = TakesEffect.Live,
    };

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new("log", "What is written to standard error.", [Level, Format]);
}
