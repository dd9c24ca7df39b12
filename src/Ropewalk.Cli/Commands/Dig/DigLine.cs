namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Is a command line of dig, or a line of a file of them: what it asks, in order.</summary>
/// <param name="Requests">The questions.</param>
/// <param name="Words">The line's words, for the line that repeats them.</param>
/// <param name="Default">What is asked where nothing else is said: the lines of a file begin with it.</param>
/// <param name="BatchFile">The file of <c>-f</c>, or null.</param>
/// <param name="KeyFile">The file of <c>-k</c>, or null.</param>
/// <param name="Warnings">What was passed over, as dig says it.</param>
internal sealed record DigLine(IReadOnlyList<DigRequest> Requests, IReadOnlyList<string> Words, DigRequest Default, string? BatchFile, string? KeyFile, IReadOnlyList<string> Warnings)
{
    /// <summary>Gets whether the line that repeats the command is shown: the last word about it counts for all.</summary>
    public bool ShowsCommand => Default.Parts.HasFlag(DigParts.Command) && !Default.IsShort && !Default.IsJson && !Default.IsYaml;
}
