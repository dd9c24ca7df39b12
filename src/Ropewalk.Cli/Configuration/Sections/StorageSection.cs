using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration.Sections;

/// <summary>Declares <c>storage:</c>.</summary>
internal static class StorageSection
{
    /// <summary>Where everything is kept that outlasts the process.</summary>
    public static readonly Setting<string> Folder = new ScalarSetting<string>(
        "folder", new PathFormat("a folder"), null!, "Where accounts, registrations and histories are kept. It is made if it is not there. Without one they are kept in memory, and are gone when the process ends.")
    {
        Effect = TakesEffect.RestartsProcess,
    };

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new("storage", "What outlasts the process.", [Folder]);
}
