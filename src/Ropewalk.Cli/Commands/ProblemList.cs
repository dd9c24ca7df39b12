using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Commands;

/// <summary>Writes all problems of a configuration, one line each.</summary>
internal static class ProblemList
{
    /// <summary>Writes them in the order of the sources.</summary>
    public static void Write(ConfigurationProblems problems, TextWriter output, bool colour)
    {
        foreach (ConfigurationProblem problem in problems.InOrder())
        {
            output.WriteLine($"{CommandConsole.Paint(Ink.Accent, problem.At.ToString(), colour)}: {problem.Message}");
        }

        if (problems.Count > ConfigurationProblems.Most)
        {
            output.WriteLine($"… and {problems.Count - ConfigurationProblems.Most} more");
        }
    }

    /// <summary>Ends a command if anything is wrong: with the usage code if all of it was on the command line.</summary>
    /// <returns>The exit code, or null if nothing is wrong.</returns>
    public static int? Fail(ConfigurationProblems problems, CommandConsole console)
    {
        if (problems.None)
        {
            return null;
        }

        Write(problems, console.Error, console.ErrorColour);
        return problems.InOrder().All(p => p is { IsContent: false, At.Source.Kind: ConfigurationSourceKind.CommandLine }) ? ExitCode.Usage : ExitCode.Configuration;
    }
}
