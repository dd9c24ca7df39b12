using System.CommandLine;
using System.Globalization;
using System.Text;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Terminal;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Cli.Commands;

/// <summary>Is <c>ropewalk dns check ZONEFILE…</c>.</summary>
internal static class DnsCheckCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage("check", "Tells everything that is wrong with zone files, each problem with its line and column. Nothing is served.")
        {
            Examples =
            [
                ("ropewalk dns check example.org.zone", "exits with 0 if `ropewalk dns serve` would take it, and with 78 if not"),
                ("ropewalk dns check example.org=main.txt --print", "prints the zone as it is understood, a line for each record"),
                ("make-zone | ropewalk dns check example.org=-", "checks what comes by the standard input; a shell's <(make-zone) does as well"),
            ],
            Notes = ["Warnings are told and do not count. Signatures are judged by this machine's clock."],
        };
        var files = new Argument<string[]>("ZONEFILE") { Description = "Master files; ZONE= before one whose text does not say of which zone it is.", Arity = ArgumentArity.OneOrMore };
        files.Validators.Add(SettingOptions.RefuseOption);
        var print = new Option<bool>("--print") { Description = "Prints the zones that are right, in canonical order." };
        command.Add(files);
        command.Add(print);
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(files), result.GetValue(print), surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] files, bool print, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        var problems = new ConfigurationProblems();
        Origin origin = SettingOptions.OriginOf("ZONEFILE", surroundings.WorkingFolder);
        var format = new ZoneFileFormat();
        List<(string Given, ZoneFile File)> zones = [];
        foreach (string file in files)
        {
            if (format.TryRead(new ScalarNode(origin, file, plain: true), out ZoneFile? zone, out ValueProblem problem))
            {
                zones.Add((file, zone));
            }
            else
            {
                problems.Add(origin, problem.Message);
            }
        }

        if (ProblemList.Fail(problems, surroundings.Console) is { } wrong)
        {
            return wrong;
        }

        bool isValid = true;
        Dictionary<DomainName, string> seen = [];
        foreach ((string given, ZoneFile zone) in zones)
        {
            isValid &= await CheckAsync(given, zone, print, seen, surroundings.Console, cancellationToken);
        }

        return isValid ? ExitCode.Done : ExitCode.Configuration;
    }

    private static async Task<bool> CheckAsync(string given, ZoneFile file, bool print, Dictionary<DomainName, string> seen, CommandConsole console, CancellationToken cancellationToken)
    {
        (ZoneReport? found, string? obstacle) = await ReadAsync(given, file, cancellationToken);
        // What is printed can be read by programs; then what is told stands beside it.
        TextWriter told = print ? console.Error : console.Output;
        if (found is not { } report)
        {
            told.WriteLine($"{given}: {console.Paint(Ink.Bad, "error")}: {obstacle}");
            return false;
        }

        // As a server has it, which would not know which of them is meant.
        bool isTwice = !seen.TryAdd(report.Zone.Apex, given);
        if (isTwice)
        {
            told.WriteLine($"{given}: {console.Paint(Ink.Bad, "error")}: the zone {report.Zone.Apex} is in {seen[report.Zone.Apex]} already");
        }

        string folder = given.Contains('/', StringComparison.Ordinal) ? given[(given.IndexOf('=', StringComparison.Ordinal) + 1)..(given.LastIndexOf('/') + 1)] : "";
        foreach (ZoneFinding finding in report.Findings.Told)
        {
            bool isError = finding.Severity == ZoneSeverity.Error;
            told.WriteLine($"{console.Paint(Ink.Accent, folder + report.Locate(finding))}: {console.Paint(isError ? Ink.Bad : Ink.Faint, isError ? "error" : "warning")}: {finding.Text}");
        }

        int left = report.Findings.ErrorCount + report.Findings.WarningCount - report.Findings.Told.Count;
        if (left > 0)
        {
            told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {left} more"));
        }

        bool isValid = report.IsValid && !isTwice;
        string outcome = isValid ? console.Paint(Ink.Good, "valid") : console.Paint(Ink.Bad, Count(report.Findings.ErrorCount + (isTwice ? 1 : 0), "error"));
        string warnings = report.Findings.WarningCount > 0 ? $", {Count(report.Findings.WarningCount, "warning")}" : "";
        told.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{given}: {outcome}{warnings}; {report.Zone.Apex} serial {report.Zone.Serial}, {Count(report.Zone.RecordCount, "record")} at {Count(report.Zone.NodeCount, "name")}{(report.Zone.IsSigned ? ", signed" : "")}"));
        if (print && isValid)
        {
            Print(report, console.Output);
        }

        return isValid;
    }

    private static async ValueTask<(ZoneReport? Report, string? Obstacle)> ReadAsync(string given, ZoneFile file, CancellationToken cancellationToken)
    {
        DnsZoneFile? zone;
        if (PipedZone.Is(given, file.Path))
        {
            (zone, string? obstacle) = await PipedZone.ReadAsync(given, file, cancellationToken);
            if (zone is null)
            {
                return (null, obstacle);
            }
        }
        else if (!DnsSettings.TryMakeFile(file, out zone))
        {
            return (null, "its name cannot be read here");
        }

        return await ZoneFileCheck.RunAsync(zone, SampleZone.MakeHash(), TimeProvider.System.GetUtcNow(), cancellationToken);
    }

    private static void Print(ZoneReport report, TextWriter output)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        MasterFilePrinter.Print(report.Zone, text);
        output.Write(Encoding.UTF8.GetString(text.WrittenSpan));
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{count} {noun}s");
}
