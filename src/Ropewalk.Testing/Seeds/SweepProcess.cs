using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ropewalk.Testing.Seeds;

/// <summary>Runs the command of a sweep once, over one piece of its range.</summary>
internal sealed class SweepProcess(string[] command, string? workingFolder, TimeSpan timeout, SeedRange seeds, string reports)
{
    private const int MostOutputChars = 64 * 1024;

    // a server of builds that the command has left behind may hold its output open for ever
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _output = new();

    /// <summary>Runs it to its end; cancelling ends it, and what it has started.</summary>
    public async Task<(SeedReport Report, SeedFailure? Failure)> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Process process = Process.Start(MakeStart()) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        process.StandardInput.Close();
        Task reading = Task.WhenAll(KeepAsync(process.StandardOutput), KeepAsync(process.StandardError));
        bool isLate = false;
        using (var late = new CancellationTokenSource(timeout, TimeProvider.System))
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token))
        {
            try
            {
                await process.WaitForExitAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                cancellationToken.ThrowIfCancellationRequested();
                isLate = true;
            }
        }

        await Task.WhenAny(reading, Task.Delay(OutputGrace, TimeProvider.System, cancellationToken));
        SeedReport report = SeedReport.Read(reports);
        return (report, Judge(report, isLate, process.ExitCode));
    }

    private ProcessStartInfo MakeStart()
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingFolder ?? "",
        };
        start.Environment.Remove(SeedEnvironment.Seed);
        start.Environment[SeedEnvironment.Seeds] = seeds.ToString();
        start.Environment[SeedEnvironment.Reports] = reports;
        return start;
    }

    private async Task KeepAsync(StreamReader from)
    {
        char[] buffer = new char[4096];
        try
        {
            while (await from.ReadAsync(buffer) is var count and > 0)
            {
                Keep(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // the process has gone, and nobody waits for the rest
        }
    }

    private void Keep(ReadOnlySpan<char> text)
    {
        lock (_output)
        {
            _output.Append(text);
            if (_output.Length > MostOutputChars)
            {
                _output.Remove(0, _output.Length - MostOutputChars);
            }
        }
    }

    private SeedFailure? Judge(SeedReport report, bool isLate, int exitCode)
    {
        string end = isLate
            ? string.Create(CultureInfo.InvariantCulture, $"The process had not ended after {timeout:c}, and was ended.")
            : string.Create(CultureInfo.InvariantCulture, $"The process ended with exit code {exitCode}.");
        bool died = isLate || exitCode != 0;
        // a run that had begun when the process went is as good as a failed one
        SeedReportRun? explored = report.Runs.Where(run => !run.IsPinned && (run.Failure is not null || (died && run.IsUnderWay))).MinBy(run => run.Seed);
        SeedReportRun? failed = explored ?? (died ? report.Runs.Where(run => run.IsPinned && (run.Failure is not null || run.IsUnderWay)).MinBy(run => run.Seed) : null);
        if (failed is not null)
        {
            return Failure(failed.Seed, failed.Name, failed.Failure ?? $"{failed.Name} was under way with seed {failed.Seed}. {end}{Environment.NewLine}{RepeatCommand.Again(failed.Seed, command)}");
        }

        return died ? Failure(null, null, $"{end} No simulated run has failed in it.")
            : report.Explored == 0 ? Failure(null, null, "No simulated run took place with these seeds: none ran at all, or each has its SimulationOptions.Seed set.")
            : null;
    }

    private SeedFailure Failure(int? seed, string? name, string message)
    {
        lock (_output)
        {
            return new SeedFailure(seed, name, message, _output.ToString());
        }
    }
}
