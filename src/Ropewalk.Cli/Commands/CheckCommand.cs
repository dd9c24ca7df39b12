using System.CommandLine;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Status;
using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Commands;

/// <summary>Is <c>ropewalk check FILE</c>.</summary>
internal static class CheckCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage("check", "Tells everything that is wrong with a configuration file, each problem with its line and column. Nothing is started.")
        {
            Examples =
            [
                ("ropewalk check ropewalk.yaml", "exits with 0 if `ropewalk up ropewalk.yaml` would accept the file, and with 78 if not"),
                ("ropewalk check new.yaml && kill -HUP \"$(pidof ropewalk)\"", "reloads only what is right (a reload also checks, and changes nothing if anything is wrong)"),
            ],
            Notes = ["Variables of the environment that override the file are checked with it, as they would count at the start.", "Zone files and certificates are read as a start would read them."],
        };
        var file = new Argument<string>("FILE") { Description = "The file: YAML, or JSON." };
        file.Validators.Add(SettingOptions.RefuseOption);
        command.Add(file);
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(file), surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        var problems = new ConfigurationProblems();
        var loader = new ConfigurationLoader(CommandStrands.Schema, surroundings.Environment, surroundings.WorkingFolder);
        var source = new RunSource(null, found => loader.LoadFile(file, null, found));
        using StatusKind status = source.Status;
        EffectiveConfiguration? configuration = source.LoadFirst(problems);
        if (configuration is not null)
        {
            await CommandStrands.CheckFilesAsync(configuration, problems, cancellationToken);
        }

        CommandConsole console = surroundings.Console;
        if (!problems.None)
        {
            ProblemList.Write(problems, console.Output, console.OutputColour);
            console.Output.WriteLine(console.Paint(Ink.Bad, $"{file}: {Count(problems.Count, "problem")}"));
            return ExitCode.Configuration;
        }

        string runs = string.Join(", ", CommandStrands.All.Select(s => (s, configuration!.All(s.Section).Count)).Where(s => s.Count > 0).Select(s => $"{s.s.Name} × {s.Count}"));
        console.Output.WriteLine($"{file}: {console.Paint(Ink.Good, "valid")}; runs {runs}");
        return ExitCode.Done;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
