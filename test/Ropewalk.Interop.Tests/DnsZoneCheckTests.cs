using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Storage;

namespace Ropewalk.Interop.Tests;

/// <summary>
/// The corpus of zone files, read by us and by the checkers of BIND, NSD and Knot. Where one of them takes a file that we refuse, or the other way round, docs/dns-zone-checks.md says
/// who does and by which rule; the test fails where the page is not what is seen.
/// </summary>
public sealed class DnsZoneCheckTests
{
    private const string Page = "docs/dns-zone-checks.md";

    // The signatures of the corpus are valid from 2020 to 2080: what the others take the time for does not matter either.
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Corpus");

    [Fact]
    public async Task WhatOthersSayOfTheCorpusIsWhatThePageSays()
    {
        // -i local: it shall ask nobody for the addresses of hosts outside.
        ExternalProgram bind = ExternalProgram.Find("named-checkzone", "bind9-utils"), nsd = ExternalProgram.Find("nsd-checkzone", "nsd"), knot = ExternalProgram.Find("kzonecheck", "knot-dnssecutils");
        // NSD looks for what is included in the folder where it was started.
        ExternalProgram env = ExternalProgram.Find("env", "coreutils", isPeer: false);
        Dictionary<string, string> listed = ReadPage();
        List<string> differences = [];
        foreach (string path in Directory.GetFiles(Folder, "*.zone").Order(StringComparer.Ordinal))
        {
            string file = Path.GetFileName(path);
            bool isOurs = (await CheckAsync(file)).IsValid;
            bool[] theirs =
            [
                await TakesAsync(bind, ["-i", "local", "-w", Folder, "example.org", file]),
                await TakesAsync(env, ["-C", Folder, "PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin", nsd.Name, "example.org", file]),
                // It follows an include that is its own for as long as there is memory.
                file != "bad-include-loop.zone" && await TakesAsync(knot, ["-o", "example.org", path]),
            ];
            string? seen = theirs.All(one => one == isOurs) ? null : string.Join(" | ", theirs.Prepend(isOurs).Select(one => one ? "takes" : "refuses"));
            string? said = listed.GetValueOrDefault(file);
            if (seen != said)
            {
                differences.Add($"{file}: seen {seen ?? "that all agree"}, listed {said ?? "nothing"}");
            }
        }

        Assert.True(differences.Count == 0, $"{Page} is not what is seen (ours, named-checkzone, nsd-checkzone, kzonecheck):\n{string.Join('\n', differences)}");
    }

    [Fact]
    public void ThePageHasAllRules()
    {
        string[] page = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "dns-zone-checks.md"));
        Assert.All(Enum.GetValues<ZoneRule>(), rule =>
            Assert.Contains(page, line => line.StartsWith($"| `{rule}` | {(rule.Severity() == ZoneSeverity.Error ? "error" : "warning")} | ", StringComparison.Ordinal)));
    }

    private static async Task<bool> TakesAsync(ExternalProgram program, string[] arguments) => (await program.RunAsync(arguments)).ExitCode == 0;

    private static ValueTask<ZoneReport> CheckAsync(string file) =>
        ZoneFileCheck.RunAsync(new DiskFileStore(Folder), FileStorePath.Parse(file), DomainName.Parse("example.org"), new NameHash(1, 2), Now, cancellationToken: TestContext.Current.CancellationToken);

    // | [file](path) | ours | named-checkzone | nsd-checkzone | kzonecheck | what decides |
    private static Dictionary<string, string> ReadPage() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "dns-zone-checks.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains(".zone`", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .ToDictionary(cells => cells[0].Trim('`'), cells => string.Join(" | ", cells[1..5]));
}
