using System.Text.RegularExpressions;

namespace Ropewalk.Testing.Tests.Seeds;

public sealed partial class SeedsTests
{
    [Fact]
    public async Task The_command_of_a_failure_fails_with_the_same_seed_and_the_same_trace()
    {
        (string Name, string Value) failing = (SweptTests.FailingSeed, "17");
        (int code, string output) = await OwnProgram.RunAboveAsync(OwnProgram.LineAbove(nameof(SweptTests.Clients_ask_through_loss)), failing, ("ROPEWALK_SEEDS", "15-20"));
        Assert.NotEqual(0, code);
        string first = Failure().Match(output).Value;
        Assert.Contains("failed with seed 17 after", first, StringComparison.Ordinal);
        string line = Line().Match(output).Groups[1].Value;
        Assert.Matches(@"^ROPEWALK_SEED=17 (dotnet )?net[0-9.]+/Ropewalk\.Testing\.Tests(\.dll)? --filter-method ""\*\.Clients_ask_through_loss""$", line);

        (code, output) = await OwnProgram.RunAboveAsync(line, failing);
        Assert.NotEqual(0, code);
        Assert.Equal(first, Failure().Match(output).Value);

        (code, output) = await OwnProgram.RunAboveAsync(line.Replace("=17", "=18", StringComparison.Ordinal), failing);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_blocked_worker_fails_its_run_and_the_process_ends()
    {
        (int code, string output) = await OwnProgram.RunAboveAsync(OwnProgram.LineAbove(nameof(SweptTests.The_worker_comes_round)), (SweptTests.Blocks, "1"));
        Assert.NotEqual(0, code);
        Assert.Contains("The thread pool's one worker has not come round", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_ended_for_a_blocked_worker_leaves_the_next_one_alone()
    {
        (int code, string output) = await OwnProgram.RunAboveAsync(OwnProgram.LineAbove(nameof(SweptTests.A_run_after_one_that_blocked_the_worker_is_as_ever)), (SweptTests.Blocks, "1"));
        Assert.True(code == 0, output);
        Assert.Contains("a run was ended", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_is_no_seed_fails_the_run_instead_of_being_another_seed()
    {
        (int code, string output) = await OwnProgram.RunAboveAsync(OwnProgram.LineAbove(nameof(SweptTests.Clients_ask_through_loss)), ("ROPEWALK_SEEDS", "1..5"));
        Assert.NotEqual(0, code);
        Assert.Contains("ROPEWALK_SEEDS is '1..5', which is no range of seeds", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_is_no_seed_makes_no_clock()
    {
        (int code, string output) = await OwnProgram.RunAboveAsync(OwnProgram.LineAbove(nameof(VirtualTimeTests.RunUntilIdleStopsAtItsLimit)), ("ROPEWALK_SEED", "1O"));
        Assert.NotEqual(0, code);
        Assert.Contains("ROPEWALK_SEED is '1O', which is no seed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scenario_is_run_with_each_of_its_seeds_until_one_fails()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("ROPEWALK_SEED") is not null || Environment.GetEnvironmentVariable("ROPEWALK_SEEDS") is not null, "the environment has seeds of its own");
        List<int> seeds = [];
        var options = new SimulationOptions { Mode = SimulationMode.Strict, Seeds = new SeedRange(3, 9) };
        SimulationLog last = await RunAsync(failing: -1);
        Assert.Equal(Enumerable.Range(3, 7), seeds);
        options.Seeds = new SeedRange(9, 9);
        Assert.Equal((await RunAsync(failing: -1)).Trace, last.Trace);

        seeds.Clear();
        options.Seeds = new SeedRange(3, 9);
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => RunAsync(failing: 5));
        Assert.Equal((5, "3, 4, 5"), (failed.Seed, string.Join(", ", seeds)));

        seeds.Clear();
        options.Seed = 7;
        await RunAsync(failing: 5);
        Assert.Equal(7, Assert.Single(seeds));

        Task<SimulationLog> RunAsync(int failing) => Simulation.RunAsync(
            sim =>
            {
                seeds.Add(sim.Seed);
                sim.Log.Add("test", $"drew {sim.Random.Next()}");
                return sim.Seed == failing ? throw new InvalidOperationException("as planned") : Task.CompletedTask;
            },
            options);
    }

    [GeneratedRegex("failed with seed .* trace [0-9a-f]{16}: .*")]
    private static partial Regex Failure();

    [GeneratedRegex("The same again: (.*)")]
    private static partial Regex Line();
}
