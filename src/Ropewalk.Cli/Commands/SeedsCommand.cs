using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Globalization;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Terminal;
using Ropewalk.Testing;

namespace Ropewalk.Cli.Commands;

/// <summary>Is <c>ropewalk seeds -- COMMAND</c>.</summary>
internal static class SeedsCommand
{
    private const int ShownOutputLines = 40;
    private const string DefaultTimeout = "10m";

    private static readonly DurationFormat Durations = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));

    /// <summary>Makes the command.</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage("seeds", "Runs a test program over many seeds, in several processes, and finds the lowest with which a simulated run fails.")
        {
            Examples =
            [
                ("ropewalk seeds -- dotnet test --no-build", "the seeds 1 to 1000, with all simulated runs that leave their seed open; built before, as all processes would build at once"),
                ("ropewalk seeds --from 1001 --count 5000 -- bin/Release/net10.0/My.Tests --filter-class \"*OutageTests\"", "5000 others, of one class of an xunit program"),
            ],
            Notes =
            [
                "COMMAND runs once for each piece of the range, which it is given in the variable ROPEWALK_SEEDS. Its simulated runs (Simulation.RunAsync of Ropewalk.Testing) obey that, and tell what they do.",
                "A process that crashes or hangs is a failure too, and so is one without any simulated run. Ctrl-C ends all processes.",
            ],
        };
        var count = new Option<int>("--count") { Description = "How many seeds. [default: 1000]", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var from = new Option<int>("--from") { Description = "The first seed. [default: 1]", HelpName = "SEED", DefaultValueFactory = _ => 1 };
        var processes = new Option<int>("--processes") { Description = "How many processes run at a time. [default: one for each processor]", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        var timeout = new Option<string>("--timeout") { Description = $"How long one process may take, such as 30s or 1h. [default: {DefaultTimeout}]", HelpName = "DURATION", DefaultValueFactory = _ => DefaultTimeout };
        var line = new Argument<string[]>("COMMAND") { Description = "The program and its arguments; -- before it keeps them apart from these options.", Arity = ArgumentArity.OneOrMore };
        count.Validators.Add(result => RequireAtLeast(result, 1));
        from.Validators.Add(result => RequireAtLeast(result, 0));
        processes.Validators.Add(result => RequireAtLeast(result, 1));
        timeout.Validators.Add(RequireDuration);
        line.Validators.Add(SettingOptions.RefuseOptionFirst);
        foreach (Option option in new Option[] { count, from, processes, timeout })
        {
            command.Add(option);
        }

        command.Add(line);
        command.SetAction(result =>
        {
            int first = result.GetValue(from);
            _ = TryReadDuration(result.GetRequiredValue(timeout), out TimeSpan most, out _);
            var progress = new ProgressLine(surroundings.Console);
            var sweep = new SeedSweep(result.GetRequiredValue(line))
            {
                Seeds = new SeedRange(first, (int)Math.Min(int.MaxValue, (long)first + result.GetValue(count) - 1)),
                Processes = result.GetValue(processes),
                Timeout = most,
                WorkingFolder = surroundings.WorkingFolder,
                Progress = progress,
            };
            return RunAsync(sweep, progress, surroundings);
        });
        return command;
    }

    private static async Task<int> RunAsync(SeedSweep sweep, ProgressLine progress, CommandSurroundings surroundings)
    {
        CommandConsole console = surroundings.Console;
        surroundings.Signals.Listen();
        SeedSweepResult result;
        try
        {
            result = await sweep.RunAsync(surroundings.Signals.Stop);
        }
        catch (OperationCanceledException)
        {
            progress.Clear();
            console.Complain("stopped before the end");
            return ExitCode.Aborted;
        }
        catch (Win32Exception e)
        {
            throw new CommandException(ExitCode.Failed, e.Message, e);
        }

        progress.Clear();
        return Tell(result, console);
    }

    private static int Tell(SeedSweepResult result, CommandConsole console)
    {
        if (result.Failure is not { } failure)
        {
            console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seeds {result.Seeds}: {console.Paint(Ink.Good, "none fails")}, in {result.Runs} simulated runs"));
            return ExitCode.Done;
        }

        console.Output.WriteLine(failure.Seed is { } seed
            ? $"seeds {result.Seeds}: {console.Paint(Ink.Bad, string.Create(CultureInfo.InvariantCulture, $"seed {seed} fails"))}, and none before it"
            : $"seeds {result.Seeds}: {console.Paint(Ink.Bad, "the command failed")}");
        console.Output.WriteLine(failure.Message);
        string firstLine = failure.Message.Split('\n', 2)[0].TrimEnd();
        string[] output = failure.Output.TrimEnd().Split('\n');
        if (failure.Output.Length > 0 && !failure.Output.Contains(firstLine, StringComparison.Ordinal))
        {
            console.Hint("What the process wrote last:");
            foreach (string written in output[Math.Max(0, output.Length - ShownOutputLines)..])
            {
                console.Error.WriteLine("  " + written);
            }
        }

        return ExitCode.Failed;
    }

    private static void RequireAtLeast(OptionResult result, int least)
    {
        if (result.Tokens is [{ Value: var text }, ..] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least))
        {
            result.AddError($"{result.Option.Name}: a whole number from {least} on is expected, not '{text}'");
        }
    }

    private static void RequireDuration(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }, ..] && !TryReadDuration(text, out _, out string problem))
        {
            result.AddError($"{result.Option.Name}: {problem}");
        }
    }

    private static bool TryReadDuration(string text, out TimeSpan value, out string problem)
    {
        bool read = Durations.TryRead(new ScalarNode(SettingOptions.OriginOf("--timeout", ""), text, plain: true), out value, out ValueProblem why);
        problem = why.Message;
        return read;
    }

    /// <summary>Tells on a terminal how far it is, in one line that is written over.</summary>
    private sealed class ProgressLine(CommandConsole console) : IProgress<SeedSweepProgress>
    {
        private const string BackAndErase = "\r\u001b[K"; // ECMA-48: EL

        public void Report(SeedSweepProgress value)
        {
            if (console.ErrorColour)
            {
                string failing = value.FailingSeed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"; seed {seed} fails, finishing those before it") : "";
                console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"{BackAndErase}{value.SeedsDone} of {value.SeedCount} seeds, {value.Runs} runs{failing}"));
            }
        }

        public void Clear()
        {
            if (console.ErrorColour)
            {
                console.Error.Write(BackAndErase);
            }
        }
    }
}
