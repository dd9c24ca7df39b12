using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Ropewalk.Cli.Commands.Dig;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Commands;

/// <summary>Is the command's front door: the same for the process and for tests.</summary>
internal static class RopewalkCommand
{
    private const string Description = "Runs network servers from endpoint strings or from one configuration file.";

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CommandSurroundings surroundings)
    {
        if (args is [DigCommand.Name, .. var words] && !words.Any(word => word is "--help" or "-h" or "-?"))
        {
            return await RunDigAsync(words, surroundings);
        }

        RootCommand root = Make(surroundings);
        ParseResult parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false });
        if (parsed.Action is not HelpPage && parsed.Errors.Count > 0)
        {
            return Misused(parsed, surroundings.Console);
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = surroundings.Console.Output,
                Error = surroundings.Console.Error,
                EnableDefaultExceptionHandler = false,
                // signals are ours: the library's handler would end the process in its own time
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation);
        }
        catch (CommandException e)
        {
            surroundings.Console.Complain(e.Message);
            return e.Code;
        }
    }

    /// <summary>Makes the tree of commands.</summary>
    public static RootCommand Make(CommandSurroundings surroundings)
    {
        var page = new HelpPage(surroundings.Console);
        var root = new RootCommand(Description);
        root.Options.OfType<HelpOption>().First().Action = page;
        root.Options.OfType<VersionOption>().First().Action = new VersionLine(surroundings.Console);
        root.Add(UpCommand.Make(surroundings));
        foreach (ICommandStrand strand in CommandStrands.All)
        {
            root.Add(StrandCommand.Make(strand, surroundings));
        }

        root.Add(CheckCommand.Make(surroundings));
        root.Add(ConfigCommand.Make(surroundings));
        root.Add(SeedsCommand.Make(surroundings));
        root.Add(DigCommand.Make(surroundings));
        root.SetAction(_ =>
        {
            page.Write(root);
            return ExitCode.Usage;
        });
        return root;
    }

    // dig's words are not this command's: @ would name a file of arguments, and + nothing.
    private static async Task<int> RunDigAsync(string[] words, CommandSurroundings surroundings)
    {
        try
        {
            return await DigCommand.RunAsync(words, surroundings);
        }
        catch (CommandException e)
        {
            surroundings.Console.Complain(e.Message);
            return e.Code;
        }
    }

    private static int Misused(ParseResult parsed, CommandConsole console)
    {
        Command command = parsed.CommandResult.Command;
        // a misspelt option is taken for an argument first, and what follows from that is of no use to anybody
        bool stray = parsed.Errors.Any(e => e.Message.StartsWith(SettingOptions.NoSuchOption, StringComparison.Ordinal));
        foreach (ParseError error in parsed.Errors.Where(e => !stray || e.Message.StartsWith(SettingOptions.NoSuchOption, StringComparison.Ordinal)))
        {
            console.Complain(Plainly(error.Message) + Suggestion(parsed, error));
        }

        console.Hint($"{HelpPage.FullName(command)} --help has the options and examples.");
        return ExitCode.Usage;
    }

    private static string Plainly(string message) => char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    private static string Suggestion(ParseResult parsed, ParseError error)
    {
        string? stray = parsed.Tokens.Select(t => t.Value.Split('=', ':')[0]).FirstOrDefault(t => error.Message.Contains($"'{t}'", StringComparison.Ordinal));
        if (stray is null || error.Message.Contains(": ", StringComparison.Ordinal))
        {
            return "";
        }

        Command command = parsed.CommandResult.Command;
        IEnumerable<string> known = stray.StartsWith('-') ? command.Options.Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
        return Spelling.Nearest(stray, known) is { } nearest && nearest != stray ? $"; did you mean '{nearest}'?" : "";
    }
}
