using System.CommandLine;
using System.CommandLine.Help;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Names { get; } = ["", .. All(Root()).Select(c => HelpPage.FullName(c)["ropewalk ".Length..])];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Help_pages_are_as_they_were(string command)
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCode.Done, await run.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]));
        GoldenText.Check(Path.Combine("help", (command.Length == 0 ? "ropewalk" : command.Replace(' ', '-')) + ".txt"), run.Output);
        Assert.Equal("", run.Error);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public void Every_command_has_examples_that_parse()
    {
        RootCommand root = Root();
        foreach (Command command in All(root).Where(c => c.Subcommands.Count == 0))
        {
            IReadOnlyList<(string Line, string Meaning)> examples = Assert.IsType<CommandPage>(command, exactMatch: false).Examples;
            Assert.NotEmpty(examples);
            foreach ((string line, _) in examples)
            {
                string own = line.Split([" && ", " 2>>"], StringSplitOptions.None)[0];
                string[] words = own[own.IndexOf("ropewalk", StringComparison.Ordinal)..].Split(' ')[1..];
                Assert.Empty(root.Parse(words, Line).Errors);
                Assert.Equal(command, root.Parse(words, Line).CommandResult.Command);
            }
        }
    }

    [Fact]
    public async Task Help_is_coloured_on_a_terminal_only()
    {
        using var run = new CommandRun { Colour = true };
        await run.RunAsync("--help");
        Assert.Contains("\u001b[1mUsage\u001b[0m", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wbe", "did you mean 'web'?")]
    [InlineData("web --listn tcp:1", "did you mean '--listen'?")]
    [InlineData("up a b", "'b'")]
    [InlineData("forward tcp:1", "'TO'")]
    [InlineData("forward tcp:1 nope", "TO: at offset 0")]
    [InlineData("web --listen tcp:1 --listen tcp:99999", "--listen: at offset 4")]
    [InlineData("up --log xml", "--log: 'xml' is not one of text, json")]
    [InlineData("check --nope", "there is no option '--nope'")]
    [InlineData("forward tcp:1 tcp:2 --idle-timeout", "--idle-timeout")]
    public async Task Misuse_is_told_in_one_line_and_ends_with_2(string line, string expected)
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCode.Usage, await run.RunAsync(line.Split(' ')));
        Assert.Contains(expected, run.Error.Split('\n')[0], StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task A_missing_value_brings_no_suggestion_of_the_same_option()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCode.Usage, await run.RunAsync("web", "--listen"));
        Assert.DoesNotContain("did you mean", run.Error, StringComparison.Ordinal);
    }

    // dig's @SERVER names no file of arguments.
    private static ParserConfiguration Line => new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private static IEnumerable<Command> All(Command above) => above.Subcommands.SelectMany(c => All(c).Prepend(c));

    private static RootCommand Root()
    {
        return RopewalkCommand.Make(new CommandSurroundings
        {
            Console = new CommandConsole(TextWriter.Null, TextWriter.Null),
            Environment = new Dictionary<string, string>(),
            WorkingFolder = "/",
            Signals = new TestSignals(),
        });
    }
}
