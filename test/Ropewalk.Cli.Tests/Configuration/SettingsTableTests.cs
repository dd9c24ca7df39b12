using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Strands;

namespace Ropewalk.Cli.Tests.Configuration;

public sealed class SettingsTableTests
{
    private const string Begin = "<!-- settings: made from the schema; UPDATE_GOLDEN=1 ./test.sh Ropewalk.Cli.Tests writes it -->\n";
    private const string End = "<!-- end of settings -->";

    [Fact]
    public void The_documentation_has_every_setting_as_the_schema_has_it()
    {
        string path = Path.Combine(GoldenText.Root, "docs", "configuration.md");
        string page = File.ReadAllText(path).ReplaceLineEndings("\n");
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= Begin.Length && end >= begin, $"{path} has lost its marks");
        string expected = "\n" + SettingsTable.Write(CommandStrands.Schema);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, page[..begin] + expected + page[end..]);
            return;
        }

        Assert.Equal(expected, page[begin..end]);
    }

    [Fact]
    public void Every_setting_is_described_in_a_sentence_and_every_default_reads_back()
    {
        foreach ((SectionSchema section, Setting setting) in CommandStrands.Schema.Sections.SelectMany(s => s.Settings.Select(setting => (s, setting))))
        {
            string name = $"{section.Name}.{setting.Name}";
            Assert.True(setting.Doc.EndsWith('.') && char.IsUpper(setting.Doc[0]), name);
            Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", setting.Name);
            if (setting.DefaultText is { } text)
            {
                var problems = new ConfigurationProblems();
                var source = new ConfigurationSource(ConfigurationSourceKind.File, name, "/");
                MappingNode root = YamlTreeReader.Read($"x: {text}", source, problems)!;
                Assert.True(setting.TryRead(root["x"]!, problems, out object? value), $"{name}: {string.Join("; ", problems.InOrder())}");
                Assert.Equal(setting.Write(setting.DefaultValue, redacted: false), setting.Write(value, redacted: false));
            }
        }
    }
}
