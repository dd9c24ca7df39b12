using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Tests.Commands;

/// <summary>The command over shells that play test programs.</summary>
public sealed class SeedsTests : IDisposable
{
    private const string Passes = """echo '{"run":1,"name":"A_test","seed":1,"pinned":false}' >$ROPEWALK_SEED_REPORTS/1; echo '{"run":1}' >>$ROPEWALK_SEED_REPORTS/1""";
    private const string Fails = """echo '{"run":1,"name":"A_test","seed":17,"pinned":false}' >$ROPEWALK_SEED_REPORTS/1; echo '{"run":1,"failure":"as planned"}' >>$ROPEWALK_SEED_REPORTS/1""";

    private readonly CommandRun _run = new();

    [Fact]
    public async Task Where_no_seed_fails_it_says_so_and_ends_with_0()
    {
        Assert.Equal(ExitCode.Done, await _run.RunAsync("seeds", "--", "sh", "-c", $"echo $ROPEWALK_SEEDS >>seeds; {Passes}"));
        Assert.Equal("seeds 1-1000: none fails, in 10 simulated runs\n", _run.Output);
        Assert.Equal("", _run.Error);
        string[] pieces = await File.ReadAllLinesAsync(Path.Combine(_run.Folder, "seeds"));
        Assert.Equal((10, "1-100"), (pieces.Length, pieces.Order().First()));
    }

    [Fact]
    public async Task A_seed_that_fails_is_told_with_its_message()
    {
        Assert.Equal(ExitCode.Failed, await _run.RunAsync("seeds", "--from", "11", "--count", "10", "--processes", "1", "--", "sh", "-c", $"{Fails}; echo '  as planned'; exit 1"));
        Assert.Equal("seeds 11-20: seed 17 fails, and none before it\nas planned\n", _run.Output);
        Assert.Equal("", _run.Error);
    }

    [Fact]
    public async Task A_command_that_fails_by_itself_is_told_with_what_it_wrote()
    {
        Assert.Equal(ExitCode.Failed, await _run.RunAsync("seeds", "--", "sh", "-c", "echo out; echo broken >&2; exit 5"));
        Assert.StartsWith("seeds 1-1000: the command failed\nThe process ended with exit code 5.", _run.Output, StringComparison.Ordinal);
        Assert.Contains("  broken\n", _run.Error, StringComparison.Ordinal);
        Assert.Contains("  out\n", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_without_simulated_runs_is_no_success()
    {
        Assert.Equal(ExitCode.Failed, await _run.RunAsync("seeds", "true"));
        Assert.Contains("No simulated run took place", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_hangs_is_ended()
    {
        Assert.Equal(ExitCode.Failed, await _run.RunAsync("seeds", "--timeout", "200ms", "--", "tail", "-f", "/dev/null"));
        Assert.Contains("had not ended after 00:00:00.2000000", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_the_processes()
    {
        _run.Signals.Listening += _run.Signals.Interrupt;
        Assert.Equal(ExitCode.Aborted, await _run.RunAsync("seeds", "--", "tail", "-f", "/dev/null"));

        // and in the midst of it: the output of what runs is the way to know that it does
        using var second = new CommandRun();
        string gate = Path.Combine(second.Folder, "gate");
        using (var fifo = System.Diagnostics.Process.Start("mkfifo", gate))
        {
            await fifo.WaitForExitAsync();
        }

        Task<int> running = second.RunAsync("seeds", "--count", "1", "--", "sh", "-c", "echo $$ >gate; exec tail -f /dev/null");
        using var cat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", gate) { RedirectStandardOutput = true })!;
        int pid = int.Parse(await cat.StandardOutput.ReadToEndAsync(), System.Globalization.CultureInfo.InvariantCulture);
        second.Signals.Interrupt();
        Assert.Equal(ExitCode.Aborted, await running.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("stopped before the end", second.Error, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(pid));
    }

    [Fact]
    public async Task A_terminal_sees_how_far_it_is()
    {
        using var run = new CommandRun { Colour = true };
        Assert.Equal(ExitCode.Done, await run.RunAsync("seeds", "--count", "4", "--processes", "2", "--", "sh", "-c", Passes));
        Assert.Contains("\r\u001b[K4 of 4 seeds, 2 runs", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("\r\u001b[K", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seeds", "COMMAND")]
    [InlineData("seeds --count 0 -- true", "--count: a whole number from 1 on is expected, not '0'")]
    [InlineData("seeds --from -1 -- true", "--from: a whole number from 0 on is expected, not '-1'")]
    [InlineData("seeds --timeout 5 -- true", "--timeout: a duration with its unit is expected")]
    [InlineData("seeds --cuont 5 true", "there is no option '--cuont'; did you mean '--count'?")]
    public async Task Misuse_is_told_in_one_line_and_ends_with_2(string line, string expected)
    {
        Assert.Equal(ExitCode.Usage, await _run.RunAsync(line.Split(' ')));
        Assert.Contains(expected, _run.Error.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_one_clear_line()
    {
        Assert.Equal(ExitCode.Failed, await _run.RunAsync("seeds", "--", "/nonexistent/program"));
        Assert.Contains("/nonexistent/program", Assert.Single(_run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    public void Dispose() => _run.Dispose();
}
