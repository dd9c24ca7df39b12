using System.Text;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration;

/// <summary>Writes the tables of docs/configuration.md: every section and every key, from the schema that also reads them.</summary>
internal static class SettingsTable
{
    /// <summary>Writes them as Markdown.</summary>
    public static string Write(ConfigurationSchema schema)
    {
        var text = new StringBuilder();
        foreach (SectionSchema section in schema.Sections)
        {
            WriteSection(text, section, "", section.Repeatable);
        }

        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, SectionSchema section, string path, bool repeatable)
    {
        text.Append("### `").Append(path).Append(section.Name).Append("`\n\n");
        text.Append(section.Doc).Append(repeatable && path.Length == 0 ? " A list of mappings, or a single one." : "").Append("\n\n");
        text.Append("| key | value | default | a change is felt | what it does |\n| --- | --- | --- | --- | --- |\n");
        foreach (Setting setting in section.Settings)
        {
            string type = setting.BoundsText is { } bounds ? $"{setting.TypeText}; {bounds}" : setting.TypeText;
            string standard = setting.Required ? "must be given" : setting.DefaultText is { } value ? $"`{value}`" : "none";
            text.Append("| `").Append(setting.Name).Append("` | ").Append(Cell(type)).Append(" | ").Append(Cell(standard)).Append(" | ").Append(Felt(setting.Effect));
            text.Append(" | ").Append(Cell(setting.Doc)).Append(setting.Secret ? " Never shown." : "").Append(" |\n");
        }

        text.Append('\n');
        foreach (Setting setting in section.Settings.Where(s => s.Nested is not null))
        {
            WriteSection(text, setting.Nested!, $"{path}{section.Name}.", repeatable: true);
        }
    }

    private static string Felt(TakesEffect effect) => effect switch
    {
        TakesEffect.Live => "at once",
        TakesEffect.Listeners => "at once, by listeners that come or go",
        TakesEffect.NewConnections => "by new connections",
        TakesEffect.RestartsService => "after a restart of its service, by the reload",
        _ => "after a restart of the process",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
