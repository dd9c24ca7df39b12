using System.CommandLine;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Strands;

namespace Ropewalk.Cli.Commands;

/// <summary>Is <c>ropewalk up [FILE]</c>.</summary>
internal static class UpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage("up", "Runs everything in a configuration file, in one process. Without a file it runs a sample of everything on loopback ports that need no privileges, and says what to try.")
        {
            Examples =
            [
                ("ropewalk up", "runs the sample and says what to try"),
                ("ropewalk up ropewalk.yaml", "runs what the file says; SIGHUP, or a change of the file, reloads it without dropping a connection"),
                ("ropewalk up ropewalk.yaml --log json 2>>ropewalk.log", "the same, with one JSON object for each log message"),
            ],
            Notes =
            [
                "Ctrl-C or SIGTERM stops in good order: nothing new is accepted, open connections are told and may finish. A second one stops at once.",
            ],
        };
        var file = new Argument<string?>("FILE") { Description = "The configuration: YAML, or JSON.", Arity = ArgumentArity.ZeroOrOne };
        file.Validators.Add(SettingOptions.RefuseOption);
        command.Add(file);
        var running = new RunningOptions(command, statusByDefault: true);
        command.SetAction(result =>
        {
            string folder = surroundings.WorkingFolder;
            var given = new MappingNode(SettingOptions.OriginOf("command line", folder), [.. running.ToEntries(result, folder)]);
            return RunAsync(result.GetValue(file), given, surroundings);
        });
        return command;
    }

    private static Task<int> RunAsync(string? file, MappingNode given, CommandSurroundings surroundings)
    {
        string folder = surroundings.WorkingFolder;
        var loader = new ConfigurationLoader(CommandStrands.Schema, surroundings.Environment, folder);
        RunSource source = file is null
            ? new RunSource(null, problems => loader.Load(CommandStrands.BuiltIn(folder), given, problems))
            : new RunSource(Path.GetFullPath(file, folder), problems => loader.LoadFile(file, given, problems));
        return RunningServers.RunAsync(source, surroundings, hints: file is null);
    }
}
