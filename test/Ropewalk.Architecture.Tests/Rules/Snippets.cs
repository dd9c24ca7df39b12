using System.Text.RegularExpressions;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>
/// What a page shows as C# is in a file that is built and run. The line above the block names the file: <c>&lt;!-- whole: path --&gt;</c> where the block is the file,
/// <c>&lt;!-- part: path --&gt;</c> where its lines stand in the file one after the other, however far they are indented there.
/// </summary>
internal static partial class Snippets
{
    public static IEnumerable<Violation> Find(IEnumerable<RepositoryFile> pages, Func<string, string?> read)
    {
        foreach (RepositoryFile page in pages)
        {
            foreach (Match block in Blocks().Matches(page.Text))
            {
                if (Judge(block.Groups["verb"].Value, block.Groups["path"].Value, block.Groups["code"].Value, read) is { } message)
                {
                    yield return new(page.Path, page.LineAt(block.Index), message);
                }
            }
        }
    }

    /// <summary>The page with each <c>whole</c> block replaced by its file.</summary>
    public static string Refresh(string page, Func<string, string?> read) => Blocks().Replace(page, block =>
        block.Groups["verb"].Value == "whole" && read(block.Groups["path"].Value) is { } text
            ? $"<!-- whole: {block.Groups["path"].Value} -->\n```csharp\n{text.TrimEnd('\n')}\n```"
            : block.Value);

    private static string? Judge(string verb, string path, string code, Func<string, string?> read)
    {
        if (verb.Length == 0)
        {
            return "C# that nothing compiles and runs: show a file that a test runs, with <!-- whole: path --> or <!-- part: path --> in the line above";
        }

        if (read(path) is not { } text)
        {
            return $"{path} does not exist";
        }

        if (verb == "whole")
        {
            return code.TrimEnd('\n') == text.TrimEnd('\n') ? null : $"the block is not {path} any more; ROPEWALK_ACCEPT_PAGES=1 ./test.sh Ropewalk.Architecture.Tests rewrites it";
        }

        return Lines(text).Contains(Lines(code), StringComparison.Ordinal) ? null : $"the block's lines are not in {path}, one after the other";
    }

    private static string Lines(string code) => "\n" + string.Join('\n', code.TrimEnd('\n').Split('\n').Select(line => line.Trim())) + "\n";

    [GeneratedRegex(@"^(?:<!-- (?<verb>whole|part): (?<path>\S+) -->\n)?```(?:csharp|cs|c#)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
