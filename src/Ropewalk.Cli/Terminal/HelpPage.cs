using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Terminal;

/// <summary>Writes the help page of a command: usage, what it does, arguments, options, examples, exit codes.</summary>
internal sealed class HelpPage(CommandConsole console) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool Terminating => true;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command);
        return ExitCode.Done;
    }

    /// <summary>Writes the page.</summary>
    public void Write(Command command)
    {
        Paragraph(command.Description ?? "", "");
        console.Output.WriteLine();
        Heading("Usage");
        console.Output.WriteLine($"  {console.Paint(Ink.Accent, Usage(command))}");
        List<(string, string)> commands = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, FirstSentence(c.Description)))];
        Table("Commands", commands);
        Table("Arguments", [.. command.Arguments.Where(a => !a.Hidden).Select(a => (ArgumentName(a), a.Description ?? ""))]);
        Table("Options", [.. Options(command).Select(o => (OptionName(o), o.Description ?? ""))]);
        if (command is CommandPage page)
        {
            foreach (string note in page.Notes)
            {
                console.Output.WriteLine();
                Paragraph(note, "");
            }

            Examples(page.Examples);
        }

        if (command.Subcommands.Count > 0)
        {
            Table("Exit codes", [.. ExitCode.All.Select(e => (e.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Meaning))]);
            console.Output.WriteLine();
            console.Output.WriteLine($"{console.Paint(Ink.Accent, $"{FullName(command)} COMMAND --help")} has the options and examples of each command.");
        }
    }

    /// <summary>Names a command as it is typed, with those above it; the program's file may be called otherwise.</summary>
    internal static string FullName(Command command) => string.Join(' ', Path(command).Reverse().Select(one => one is RootCommand ? "ropewalk" : one.Name));

    private static IEnumerable<Option> Options(Command command)
    {
        IEnumerable<Option> own = command.Options.Where(o => !o.Hidden && o is not HelpOption);
        return own.Append(Path(command).OfType<RootCommand>().First().Options.OfType<HelpOption>().First());
    }

    private static string Usage(Command command)
    {
        List<string> words = [FullName(command)];
        if (command.Subcommands.Count > 0)
        {
            words.Add("COMMAND");
        }

        words.AddRange(command.Arguments.Where(a => !a.Hidden).Select(ArgumentName));
        words.Add("[options]");
        return string.Join(' ', words);
    }

    private static IEnumerable<Command> Path(Command command)
    {
        for (Command? at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return at;
        }
    }

    private static string ArgumentName(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name;
        string many = argument.Arity.MaximumNumberOfValues > 1 ? "…" : "";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}{many}]" : name + many;
    }

    private static string OptionName(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(a => a.StartsWith('-') && a.Length == 2).Append(option.Name));
        string value = option is Option<bool> ? option.HelpName is null ? "" : $" [{option.HelpName}]" : option.HelpName is { } help ? $" {help}" : "";
        return names + value + (option.Arity.MaximumNumberOfValues > 1 ? "…" : "");
    }

    private static string FirstSentence(string? text)
    {
        int end = text?.IndexOf(". ", StringComparison.Ordinal) ?? -1;
        return (end < 0 ? text ?? "" : text![..end]).TrimEnd('.');
    }

    private void Heading(string text)
    {
        console.Output.WriteLine(console.Paint(Ink.Heading, text));
    }

    private void Table(string heading, IReadOnlyList<(string Left, string Right)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        console.Output.WriteLine();
        Heading(heading);
        int left = Math.Min(rows.Max(r => r.Left.Length), 30);
        foreach ((string name, string meaning) in rows)
        {
            string pad = new(' ', Math.Max(0, left - name.Length));
            console.Output.Write($"  {console.Paint(Ink.Accent, name)}{pad}  ");
            string indent = new(' ', left + 4);
            if (name.Length > left)
            {
                console.Output.WriteLine();
                console.Output.Write(indent);
            }

            Paragraph(meaning, indent, startsIndented: true);
        }
    }

    private void Examples(IReadOnlyList<(string Line, string Meaning)> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        console.Output.WriteLine();
        Heading("Examples");
        foreach ((string line, string meaning) in examples)
        {
            console.Output.WriteLine($"  {console.Paint(Ink.Accent, line)}");
            Paragraph(meaning, "      ");
        }
    }

    private void Paragraph(string text, string indent, bool startsIndented = false)
    {
        int room = Math.Max(20, console.Width - indent.Length);
        int used = 0;
        if (!startsIndented)
        {
            console.Output.Write(indent);
        }

        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (used > 0 && used + 1 + word.Length > room)
            {
                console.Output.WriteLine();
                console.Output.Write(indent);
                used = 0;
            }

            console.Output.Write(used > 0 ? " " + word : word);
            used += word.Length + (used > 0 ? 1 : 0);
        }

        console.Output.WriteLine();
    }
}
