using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration.Sections;

/// <summary>Declares <c>stop:</c>.</summary>
internal static class StopSection
{
    /// <summary>How long open connections may take to finish.</summary>
    public static readonly Setting<TimeSpan> Drain = new ScalarSetting<TimeSpan>(
        "drain", new DurationFormat(TimeSpan.Zero, TimeSpan.FromHours(1)), TimeSpan.FromSeconds(10), "How long open connections may take to finish after they were told that the server stops; then they are cut.")
    {
        Effect = TakesEffect.RestartsProcess,
    };

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new("stop", "How the process stops.", [Drain]);
}
