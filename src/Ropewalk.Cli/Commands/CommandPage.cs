using System.CommandLine;

namespace Ropewalk.Cli.Commands;

/// <summary>Is a command with what its help page needs beyond names: examples, and notes.</summary>
internal sealed class CommandPage(string name, string description) : Command(name, description)
{
    /// <summary>Gets command lines that work as they stand, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; init; } = [];

    /// <summary>Gets paragraphs that stand below the options.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
