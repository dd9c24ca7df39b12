using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Terminal;
using Ropewalk.Diagnostics;
using Ropewalk.Hosting;

namespace Ropewalk.Cli.Commands;

/// <summary>Tells what runs where, and what to try next.</summary>
internal static class StartedPage
{
    /// <summary>Writes it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="runner">What runs.</param>
    /// <param name="hints">Whether to say what to try.</param>
    public static void Write(CommandConsole console, ServiceRunner runner, bool hints)
    {
        var rows = new List<(string Name, string Where, string What)>();
        var tries = new List<(string Line, string Meaning)>();
        IReadOnlyList<ServiceStatus> statuses = runner.Capture().Services;
        foreach (ServiceDefinition definition in runner.Definitions)
        {
            ICommandStrand? strand = (definition.Kind as StrandKind)?.Strand;
            var values = (SectionValues)definition.Options;
            if (definition.Endpoints.Count == 0 && strand is not null)
            {
                rows.Add((definition.Name, strand.WhereOf(values), strand.Describe(values)));
                tries.AddRange(strand.Try(values));
            }

            ServiceStatus status = statuses.First(s => s.Name == definition.Name);
            for (int i = 0; i < definition.Endpoints.Count; i++)
            {
                var endpoint = new RunningEndpoint(definition.Endpoints[i], status.Endpoints[i].BoundTo);
                string where = strand?.IsForBrowsers(values, endpoint.Spec) != false ? endpoint.WebAddress ?? endpoint.Spec.ToString() : WithPort(endpoint);
                rows.Add((i == 0 ? definition.Name : "", where, i > 0 ? "" : strand?.Describe(values) ?? "what runs and how it is doing"));
                tries.AddRange(strand is null ? TryStatus(endpoint) : strand.Try(values, endpoint));
            }
        }

        // standard output that is a connection has room for nothing else
        bool taken = runner.Definitions.Any(d => d.Endpoints.Any(e => (e.Inner ?? e).Scheme == "stdio"));
        CommandConsole page = taken ? console.ToError() : console;
        WriteRows(page, rows);
        if (hints)
        {
            WriteHints(page, [.. tries.DistinctBy(t => t.Meaning), ($"{Called} config > ropewalk.yaml", $"makes this a file of your own, for `{Called} up ropewalk.yaml`")]);
        }

        page.Output.WriteLine();
        page.Output.WriteLine(page.Paint(Ink.Faint, "Ctrl-C stops."));
        page.Output.Flush();
    }

    // The launcher of a source tree says how it was called: there is no `ropewalk` on the path then.
    private static string Called => Environment.GetEnvironmentVariable("ROPEWALK_COMMAND") is { Length: > 0 } called ? called : "ropewalk";

    private static void WriteRows(CommandConsole console, List<(string Name, string Where, string What)> rows)
    {
        int name = rows.Max(r => r.Name.Length);
        int place = rows.Max(r => r.Where.Length);
        console.Output.WriteLine($"{console.Paint(Ink.Heading, "ropewalk " + VersionLine.Version)} {console.Paint(Ink.Good, "is up")}");
        console.Output.WriteLine();
        foreach ((string service, string where, string what) in rows)
        {
            console.Output.WriteLine($"  {console.Paint(Ink.Heading, service)}{Pad(service, name)}  {console.Paint(Ink.Accent, where)}{Pad(where, place)}  {console.Paint(Ink.Faint, what)}".TrimEnd());
        }
    }

    private static void WriteHints(CommandConsole console, IReadOnlyList<(string Line, string Meaning)> tries)
    {
        console.Output.WriteLine();
        console.Output.WriteLine(console.Paint(Ink.Heading, "Try"));
        int width = tries.Max(t => t.Line.Length);
        foreach ((string line, string meaning) in tries)
        {
            console.Output.WriteLine($"  {console.Paint(Ink.Accent, line)}{Pad(line, width)}  {console.Paint(Ink.Faint, meaning)}");
        }
    }

    private static string WithPort(RunningEndpoint endpoint)
    {
        return endpoint.Spec.Port == 0 && endpoint.Reachable is { } at ? endpoint.Spec.WithPort(at.Port).ToString() : endpoint.Spec.ToString();
    }

    private static IEnumerable<(string Line, string Meaning)> TryStatus(RunningEndpoint endpoint)
    {
        if (endpoint.WebAddress is { } address)
        {
            yield return ($"curl -s {address}status.json", "what the status page shows, for programs");
            yield return ($"curl -s {address}metrics", "the same for Prometheus");
        }
    }

    private static string Pad(string text, int width) => new(' ', width - text.Length);
}
