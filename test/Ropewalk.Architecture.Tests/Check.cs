namespace Ropewalk.Architecture.Tests;

/// <summary>The two halves of each rule's test: the repository keeps it, and a wrong example is caught.</summary>
internal static class Check
{
    /// <summary>Fails with every violation, one a line, under the rule's own words.</summary>
    public static void Holds(string rule, IEnumerable<Violation> violations)
    {
        string[] lines = [.. violations.Select(violation => violation.ToString()).Distinct().Order(StringComparer.Ordinal)];
        Assert.True(lines.Length == 0, $"{rule}\n{lines.Length} place(s) break this:\n  {string.Join("\n  ", lines)}");
    }

    /// <summary>Fails unless exactly one violation is found, and its message holds <paramref name="words"/>.</summary>
    public static void Catches(string words, IEnumerable<Violation> violations)
    {
        Violation violation = Assert.Single(violations);
        Assert.Contains(words, violation.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Makes a C# file for a wrong example.</summary>
    public static SourceFile Code(string path, string text) => new(path, text);
}
