using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Commands;

/// <summary>Is everything a command takes from the process around it, so that a test can be that process.</summary>
internal sealed class CommandSurroundings
{
    /// <summary>Gets where output goes.</summary>
    public required CommandConsole Console { get; init; }

    /// <summary>Gets the variables of the environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the folder that relative paths on the command line start at.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Gets who says stop, abort and reload.</summary>
    public required ISignals Signals { get; init; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes the process's own.</summary>
    public static CommandSurroundings OfProcess(ISignals signals)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return new CommandSurroundings
        {
            Console = CommandConsole.OpenSystem(environment),
            Environment = environment,
            WorkingFolder = FindWorkingFolder(),
            Signals = signals,
        };
    }

    private static string FindWorkingFolder()
    {
        try
        {
            return System.Environment.CurrentDirectory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, "the working folder is gone or cannot be read; cd to another one", e);
        }
    }
}
