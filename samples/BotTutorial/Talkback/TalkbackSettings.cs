namespace Talkback;

/// <summary>What the bot can be told while it runs.</summary>
/// <param name="Quotes">What it says.</param>
/// <param name="Triggers">The phrases that it answers in a channel, whatever their case.</param>
public sealed record TalkbackSettings(IReadOnlyList<string> Quotes, IReadOnlyList<string> Triggers)
{
    /// <summary>Reads quotes from a text: one a line; empty lines, and those that begin with '#', are left out.</summary>
    public static IReadOnlyList<string> ReadQuotes(string text) =>
        [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
}
