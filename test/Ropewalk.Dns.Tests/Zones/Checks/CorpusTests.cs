using System.Text;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Zones.Checks;

/// <summary>
/// Reads the zones of the corpus, all of example.org. Each says on top which rule it is about, and what is found in it: <c>; finds: Duplicate TtlsDiffer*2</c>, or <c>nothing</c>.
/// What other servers say of the same files: docs/dns-zone-checks.md.
/// </summary>
public sealed class CorpusTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Zones", "Corpus");

    // The signatures of the corpus begin in 2020 and end in 2080, but for those that are about that.
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Zones => [.. Directory.GetFiles(Folder, "*.zone").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task Finds(string file)
    {
        ZoneReport report = await Check(file);
        string[] expected = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken))
            .Split('\n').First(line => line.Contains("; finds: ", StringComparison.Ordinal)).Split(": ")[1].Trim().Split(' ');
        IEnumerable<string> found = report.Findings.Counts.Where(pair => pair.Value > 0).Select(pair => pair.Value == 1 ? $"{pair.Key}" : $"{pair.Key}*{pair.Value}");
        string told = string.Join('\n', report.Findings.Told.Select(report.Print));
        Assert.True(expected.Where(rule => rule != "nothing").Order(StringComparer.Ordinal).SequenceEqual(found.Order(StringComparer.Ordinal)), $"{file} expects {string.Join(' ', expected)}:\n{told}");
        Assert.Equal(report.Findings.Told.Count(finding => finding.Severity == ZoneSeverity.Error), report.Findings.ErrorCount);
    }

    [Fact]
    public void There_are_many() => Assert.True(Zones.Count >= 120);

    /// <summary>Each rule is broken by a zone of the corpus, but for what no file of one class and a few kilobytes can do.</summary>
    [Fact]
    public async Task Each_rule_is_found_somewhere()
    {
        HashSet<ZoneRule> found = [];
        foreach (string file in Directory.GetFiles(Folder, "*.zone"))
        {
            found.UnionWith((await Check(Path.GetFileName(file))).Findings.Counts.Keys);
        }

        Assert.Equal([ZoneRule.ZoneTooLarge], Enum.GetValues<ZoneRule>().Except(found));
    }

    private static ValueTask<ZoneReport> Check(string file) =>
        ZoneFileCheck.RunAsync(new DiskFileStore(Folder), FileStorePath.Parse(file), DomainName.Parse("example.org"), new NameHash(1, 2), Now, cancellationToken: TestContext.Current.CancellationToken);
}
