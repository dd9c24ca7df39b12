using System.CommandLine;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Strands;

namespace Ropewalk.Cli.Commands;

/// <summary>Is <c>ropewalk config [FILE]</c>.</summary>
internal static class ConfigCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage("config", "Prints the configuration that counts. Every value stands there, each with the place that it comes from; secrets are shown as stars.")
        {
            Examples =
            [
                ("ropewalk config", "what `ropewalk up` runs without a file: the beginning of a file of your own"),
                ("ropewalk config ropewalk.yaml", "the file with all defaults written out"),
                ("ROPEWALK__LOG__LEVEL=debug ropewalk config", "shows that the environment overrides"),
            ],
        };
        var file = new Argument<string?>("FILE") { Description = "The file: YAML, or JSON. Without it, the built-in configuration.", Arity = ArgumentArity.ZeroOrOne };
        file.Validators.Add(SettingOptions.RefuseOption);
        command.Add(file);
        command.SetAction(result => Run(result.GetValue(file), surroundings));
        return command;
    }

    private static int Run(string? file, CommandSurroundings surroundings)
    {
        var problems = new ConfigurationProblems();
        var loader = new ConfigurationLoader(CommandStrands.Schema, surroundings.Environment, surroundings.WorkingFolder);
        EffectiveConfiguration? configuration = file is null
            ? loader.Load(CommandStrands.BuiltIn(surroundings.WorkingFolder), null, problems)
            : loader.LoadFile(file, null, problems);
        if (configuration is null)
        {
            return ProblemList.Fail(problems, surroundings.Console) ?? ExitCode.Configuration;
        }

        surroundings.Console.Output.Write(EffectiveConfigurationText.Write(configuration));
        return ExitCode.Done;
    }
}
