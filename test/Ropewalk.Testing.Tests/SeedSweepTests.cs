using System.ComponentModel;
using System.Diagnostics;
using Ropewalk.Testing.Tests.Seeds;

namespace Ropewalk.Testing.Tests;

/// <summary>A sweep over shells that play test programs: they write the reports that a simulated run writes.</summary>
public sealed class SeedSweepTests : IDisposable
{
    // begin SEED, pass and fail play one run
    private const string Words = """
        report=$ROPEWALK_SEED_REPORTS/$$.jsonl
        begin() { echo "{\"run\":1,\"name\":\"A_test\",\"seed\":$1,\"pinned\":${2:-false}}" >>"$report"; }
        pass() { echo '{"run":1}' >>"$report"; }
        fail() { echo '{"run":1,"failure":"as planned"}' >>"$report"; }
        hang() { exec tail -f /dev/null; }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-sweep-").FullName;

    [Fact]
    public async Task The_lowest_failing_seed_of_a_real_test_program_is_found()
    {
        string[] command = ["env", $"{SweptTests.FailingSeed}=17", .. OwnProgram.Only(nameof(SweptTests.Clients_ask_through_loss))];
        SeedSweepResult result = await new SeedSweep(command) { Seeds = new SeedRange(1, 40), Processes = 2, SeedsPerProcess = 20 }.RunAsync();
        Assert.NotNull(result.Failure);
        Assert.Equal((17, nameof(SweptTests.Clients_ask_through_loss)), (result.Failure.Seed, result.Failure.Name));
        Assert.Contains("The same again: ROPEWALK_SEED=17 ", result.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("failed: 1", result.Failure.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_process_gets_a_piece_and_where_none_fails_all_is_well()
    {
        SeedSweepResult result = await Sweep("""begin 1; pass; begin 2; pass; echo "$ROPEWALK_SEEDS" >>all""", new SeedRange(1, 25)).RunAsync();
        Assert.Equal((null, 6L, new SeedRange(1, 25)), (result.Failure, result.Runs, result.Seeds));
        Assert.Equal(["1-10", "11-20", "21-25"], (await File.ReadAllLinesAsync(Path.Combine(_folder, "all"))).Order());
    }

    [Fact]
    public async Task What_lies_before_a_failing_seed_is_finished_and_may_fail_with_a_lower_one()
    {
        await Fifo("gate");
        var progress = new Seen(_ => File.WriteAllText(Path.Combine(_folder, "gate"), "go"));
        SeedSweepResult result = await Sweep("""
            case $ROPEWALK_SEEDS in
              1-10) begin 5; cat gate >/dev/null; fail; exit 1;;
              11-20) begin 12; fail; exit 1;;
              *) touch started;;
            esac
            """, new SeedRange(1, 100), progress).RunAsync();
        Assert.Equal((5, "A_test", "as planned"), (result.Failure?.Seed, result.Failure?.Name, result.Failure?.Message));
        Assert.Equal([12, 5], progress.All.Select(one => one.FailingSeed));
        Assert.False(File.Exists(Path.Combine(_folder, "started")), "a piece was started although a lower seed had failed");
    }

    [Fact]
    public async Task What_lies_behind_a_failing_seed_is_ended()
    {
        await Fifo("at");
        SeedSweepResult result = await Sweep("""
            case $ROPEWALK_SEEDS in
              1-10) begin 3; read pid <at; echo $pid >pid; fail; exit 1;;
              *) begin 11; echo $$ >at; hang;;
            esac
            """, new SeedRange(1, 20)).RunAsync();
        Assert.Equal(3, result.Failure?.Seed);
        Assert.False(IsAlive(await File.ReadAllTextAsync(Path.Combine(_folder, "pid"))));
    }

    [Fact]
    public async Task Cancelling_ends_what_was_started()
    {
        await Fifo("at");
        using var source = new CancellationTokenSource();
        Task<SeedSweepResult> running = Sweep("begin 1; echo $$ >at; hang", new SeedRange(1, 1)).RunAsync(source.Token);
        string pid = (await OwnProgram.RunAsync(["cat", Path.Combine(_folder, "at")])).Output;
        Assert.True(IsAlive(pid));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(IsAlive(pid));
    }

    [Theory]
    [InlineData("begin 3; hang", 3, "A_test was under way with seed 3. The process had not ended after 00:00:00.3000000, and was ended.")]
    [InlineData("begin 1; pass; hang", null, "The process had not ended after 00:00:00.3000000, and was ended. No simulated run has failed in it.")]
    [InlineData("begin 1; pass; begin 4; kill -9 $$", 4, "A_test was under way with seed 4. The process ended with exit code 137.")]
    [InlineData("begin 1; pass; echo broken >&2; exit 3", null, "The process ended with exit code 3. No simulated run has failed in it.")]
    [InlineData("true", null, "No simulated run took place with these seeds: none ran at all, or each has its SimulationOptions.Seed set.")]
    [InlineData("begin 1 true; pass", null, "No simulated run took place with these seeds: none ran at all, or each has its SimulationOptions.Seed set.")]
    [InlineData("begin 2; fail; exit 0", 2, "as planned")]
    [InlineData("begin 9 true; fail; exit 1", 9, "as planned")]
    public async Task Whatever_goes_wrong_is_no_success(string script, int? seed, string message)
    {
        SeedSweepResult result = await Sweep(script, new SeedRange(1, 5), timeout: TimeSpan.FromMilliseconds(script.Contains("hang", StringComparison.Ordinal) ? 300 : 30_000)).RunAsync();
        Assert.Equal((seed, message), (result.Failure?.Seed, result.Failure?.Message.Split('\n')[0]));
        Assert.Equal(message.Contains("under way", StringComparison.Ordinal), result.Failure!.Message.Contains($"\nThe same again: ROPEWALK_SEED={seed} sh -c 'report=", StringComparison.Ordinal));
        Assert.Equal(script.Contains("broken", StringComparison.Ordinal) ? "broken\n" : "", result.Failure?.Output);
    }

    [Fact]
    public async Task A_failure_with_a_seed_of_its_own_is_the_tests_business_where_the_process_succeeds() =>
        Assert.Null((await Sweep("begin 9 true; fail; begin 1; pass", new SeedRange(1, 5)).RunAsync()).Failure);

    [Fact]
    public async Task A_program_that_does_not_exist_is_told_at_once() =>
        await Assert.ThrowsAsync<Win32Exception>(() => new SeedSweep(Path.Combine(_folder, "nothing")).RunAsync());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsAlive(string pid)
    {
        try
        {
            using Process process = Process.GetProcessById(int.Parse(pid));
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private Task Fifo(string name) => OwnProgram.RunAsync(["mkfifo", Path.Combine(_folder, name)]);

    private SeedSweep Sweep(string script, SeedRange seeds, IProgress<SeedSweepProgress>? progress = null, TimeSpan? timeout = null) => new("sh", "-c", Words + script)
    {
        Seeds = seeds,
        Processes = 2,
        SeedsPerProcess = 10,
        Timeout = timeout ?? TimeSpan.FromSeconds(30),
        WorkingFolder = _folder,
        Progress = progress,
    };

    private sealed class Seen(Action<SeedSweepProgress> then) : IProgress<SeedSweepProgress>
    {
        private readonly List<SeedSweepProgress> _all = [];

        public IReadOnlyList<SeedSweepProgress> All => _all;

        public void Report(SeedSweepProgress value)
        {
            _all.Add(value);
            if (_all.Count == 1)
            {
                then(value);
            }
        }
    }
}
