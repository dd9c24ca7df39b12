using System.Text;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration;

/// <summary>Prints the configuration that counts as YAML that reads back as the same, each value with a comment that says where it came from.</summary>
internal static class EffectiveConfigurationText
{
    private const int CommentColumn = 50;

    /// <summary>Writes all of it; secrets are shown as stars.</summary>
    public static string Write(EffectiveConfiguration configuration)
    {
        var text = new StringBuilder();
        foreach (SectionSchema section in configuration.Schema.Sections)
        {
            IReadOnlyList<SectionValues> all = configuration.All(section);
            if (section.Repeatable)
            {
                if (all.Count == 0)
                {
                    continue;
                }

                text.Append(section.Name).AppendLine(":");
                foreach (SectionValues one in all)
                {
                    WriteMapping(text, one, "  - ", "    ");
                }
            }
            else
            {
                text.Append(section.Name).AppendLine(":");
                WriteMapping(text, configuration.One(section), "  ", "  ");
            }
        }

        return text.ToString();
    }

    private static void WriteMapping(StringBuilder text, SectionValues values, string first, string rest)
    {
        string indent = first;
        if (first != rest && values.Value(values.Schema.Settings[0]) is null)
        {
            // a list item whose first line would be a comment begins with a bare dash
            text.AppendLine(first.TrimEnd());
            indent = rest;
        }

        foreach (Setting setting in values.Schema.Settings)
        {
            object? value = values.Value(setting);
            if (setting.Nested is not null && value is IReadOnlyList<SectionValues> { Count: > 0 } groups)
            {
                text.Append(indent).Append(setting.Name).AppendLine(":");
                foreach (SectionValues group in groups)
                {
                    WriteMapping(text, group, rest + "  - ", rest + "    ");
                }
            }
            else
            {
                WriteLine(text, indent, setting, value, values.OriginOf(setting));
            }

            indent = rest;
        }
    }

    private static void WriteLine(StringBuilder text, string indent, Setting setting, object? value, Origin origin)
    {
        int start = text.Length;
        if (value is null)
        {
            text.Append(indent).Append("# ").Append(setting.Name).AppendLine(": not set");
            return;
        }

        text.Append(indent).Append(setting.Name).Append(": ").Append(setting.Write(value, redacted: true));
        text.Append(' ', Math.Max(2, CommentColumn - (text.Length - start))).Append("# ").Append(origin).AppendLine();
    }
}
