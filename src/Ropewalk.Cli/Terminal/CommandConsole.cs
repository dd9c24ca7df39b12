using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Terminal;

/// <summary>Writes to the two output streams, with colour where the stream is a terminal and nobody has said no.</summary>
/// <param name="output">Where results go.</param>
/// <param name="error">Where errors and logs go.</param>
/// <param name="outputColour">Whether results are coloured.</param>
/// <param name="errorColour">Whether errors are coloured.</param>
/// <param name="width">Columns for help pages.</param>
internal sealed class CommandConsole(TextWriter output, TextWriter error, bool outputColour = false, bool errorColour = false, int width = 100)
{
    /// <summary>Gets where results go.</summary>
    public TextWriter Output { get; } = TextWriter.Synchronized(new GuardedWriter(
        output, e => throw new CommandException(ExitCode.Failed, $"cannot write to standard output: {(e.InnerException ?? e).Message}", e)));

    /// <summary>Gets where errors and logs go.</summary>
    public TextWriter Error { get; } = TextWriter.Synchronized(new GuardedWriter(error, _ => { /* nobody is left to tell; the exit code still does */ }));

    /// <summary>Gets whether results are coloured.</summary>
    public bool OutputColour { get; } = outputColour;

    /// <summary>Gets whether errors are coloured.</summary>
    public bool ErrorColour { get; } = errorColour;

    /// <summary>Gets how many columns a help page may use.</summary>
    public int Width { get; } = width;

    /// <summary>Opens the process's own streams. <c>NO_COLOR</c> (no-color.org) and <c>TERM=dumb</c> turn colour off.</summary>
    public static CommandConsole OpenSystem(IReadOnlyDictionary<string, string> environment)
    {
        bool wanted = !(environment.TryGetValue("NO_COLOR", out string? no) && no.Length > 0)
            && !(environment.TryGetValue("TERM", out string? terminal) && terminal == "dumb");
        bool outputColour = wanted && !Console.IsOutputRedirected;
        return new CommandConsole(Console.Out, Console.Error, outputColour, wanted && !Console.IsErrorRedirected, outputColour ? Columns() : 100);
    }

    /// <summary>Makes a console whose results go where its errors go.</summary>
    public CommandConsole ToError() => new(Error, Error, ErrorColour, ErrorColour, Width);

    /// <summary>Paints text for <see cref="Output"/>.</summary>
    public string Paint(Ink ink, string text) => Paint(ink, text, OutputColour);

    /// <summary>Tells one thing that went wrong, in one line.</summary>
    public void Complain(string line) => Error.WriteLine($"{Paint(Ink.Bad, "error:", ErrorColour)} {line}");

    /// <summary>Tells what might help.</summary>
    public void Hint(string line) => Error.WriteLine(Paint(Ink.Faint, line, ErrorColour));

    /// <summary>Paints text if <paramref name="colour"/> is on. Only the sixteen colours: they follow the reader's own scheme.</summary>
    public static string Paint(Ink ink, string text, bool colour)
    {
        if (!colour || text.Length == 0)
        {
            return text;
        }

        string? code = ink switch
        {
            Ink.Heading => "1",
            Ink.Accent => "36",
            Ink.Faint => "2",
            Ink.Good => "32",
            Ink.Warning => "33",
            Ink.Bad => "31",
            _ => null,
        };
        return code is null ? text : $"\u001b[{code}m{text}\u001b[0m";
    }

    private static int Columns()
    {
        try
        {
            return Math.Clamp(Console.WindowWidth, 60, 120);
        }
        catch (IOException)
        {
            return 100;
        }
    }
}
