using System.Text.RegularExpressions;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>What the pages point at exists: links, anchors, and paths in backticks.</summary>
internal static partial class Markdown
{
    // A path in backticks is checked where it begins with one of these.
    private static readonly string[] Roots = ["src/", "test/", "samples/", "bench/", "docs/", "eng/", ".ci/", "./"];

    public static IEnumerable<Violation> Find(IReadOnlyCollection<RepositoryFile> pages, Func<string, bool> exists)
    {
        Dictionary<string, HashSet<string>> anchors = pages.ToDictionary(page => page.Path, page => Anchors(page.Text));
        foreach (RepositoryFile page in pages)
        {
            string prose = WithoutCodeBlocks(page.Text);
            foreach (Match link in Links().Matches(WithoutCodeSpans(prose)))
            {
                if (JudgeLink(page, link.Groups[1].Value, exists, anchors) is { } message)
                {
                    yield return new(page.Path, page.LineAt(link.Index), message);
                }
            }

            foreach (Match span in CodeSpans().Matches(prose))
            {
                string path = span.Groups[1].Value;
                if (IsPath(path) && !exists(Normalise(path)) && !exists(Resolve(page, path)))
                {
                    yield return new(page.Path, page.LineAt(span.Index), $"`{path}` does not exist");
                }
            }
        }
    }

    private static string? JudgeLink(RepositoryFile page, string target, Func<string, bool> exists, Dictionary<string, HashSet<string>> anchors)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? page.Path : Resolve(page, parts[0]);
        if (!exists(path))
        {
            return $"the link to {target} leads nowhere ({path} does not exist)";
        }

        bool anchored = parts.Length == 2 && anchors.TryGetValue(path, out HashSet<string>? known) && !known.Contains(parts[1]);
        return anchored ? $"the link to {target}: {path} has no heading #{parts[1]}" : null;
    }

    private static bool IsPath(string text) =>
        (Roots.Any(root => text.StartsWith(root, StringComparison.Ordinal)) || RootFile().IsMatch(text)) && !Placeholder().IsMatch(text);

    private static string Resolve(RepositoryFile page, string path) => Normalise(string.Join('/', page.Folders.Append(path)));

    private static string Normalise(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ""))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private static HashSet<string> Anchors(string text) =>
        [.. Headings().Matches(WithoutCodeBlocks(text)).Select(heading => NotInAnchors().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    // Blanked out, not cut, so that offsets stay those of the page.
    private static string WithoutCodeBlocks(string text) => CodeBlocks().Replace(text, Blank);

    private static string WithoutCodeSpans(string text) => CodeSpans().Replace(text, Blank);

    private static string Blank(Match match) => NotNewLine().Replace(match.Value, " ");

    [GeneratedRegex(@"\]\(([^)\s]+)(?:\s+""[^""]*"")?\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex CodeSpans();

    [GeneratedRegex(@"^(```|~~~).*?^\1[^\n]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"^#{1,6}\s+(.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("[^\n]")]
    private static partial Regex NotNewLine();

    // A command line, a pattern, or a path with a part to fill in: `src/<Project>/`, `bench/NAME/run.sh`.
    [GeneratedRegex(@"[ …<>*{}$=|]|\b[A-Z]{3,}\b(?!\.md)")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[A-Z]+\.md$|^Directory\.[A-Za-z.]+\.props$|^[A-Za-z.]+\.slnx$")]
    private static partial Regex RootFile();
}
