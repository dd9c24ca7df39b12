using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Strands;

/// <summary>Is the help page of a strand's command.</summary>
/// <param name="Description">What the command does; the first sentence stands in the list of commands.</param>
/// <param name="Positional">The settings that are given by their place, in order, and what they are called there.</param>
/// <param name="Examples">Command lines that work as they stand, each with what it does.</param>
/// <param name="Notes">Paragraphs below the options.</param>
internal sealed record StrandPage(
    string Description,
    IReadOnlyList<(Setting Setting, string Name)> Positional,
    IReadOnlyList<(string Line, string Meaning)> Examples,
    IReadOnlyList<string> Notes)
{
    /// <summary>Gets the word behind the strand's name by which it is run, where the strand has several commands: <c>dns serve</c>.</summary>
    public string? Verb { get; init; }

    /// <summary>Gets what the strand's commands do together, where it has several.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Gets whether the command can be given a file, as <c>ropewalk up</c> can; it may have this strand's section and the general ones.</summary>
    public bool TakesFile { get; init; }

    /// <summary>Gets what the command says where the file has another default: settings as they would be written.</summary>
    public IReadOnlyList<(Setting Setting, string Text)> Defaults { get; init; } = [];
}
