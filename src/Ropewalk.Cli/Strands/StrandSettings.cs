using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Strands;

/// <summary>Holds the settings that every strand has.</summary>
internal static class StrandSettings
{
    /// <summary>The service's name.</summary>
    public static readonly Setting<string> Name = new ScalarSetting<string>(
        "name", new TextFormat("a name", 64), null!, "The service's name in logs and on the status page. A reload finds the running service by it. Without one: the section's name, and a number from the second on.")
    {
        IsOption = false,
        Effect = TakesEffect.Listeners,
    };
}
