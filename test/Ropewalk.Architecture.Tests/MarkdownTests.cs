using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class MarkdownTests
{
    private static readonly HashSet<string> There = ["README.md", "docs/a.md", "docs/b.md", "src/Ropewalk", "eng/icon.py", "test.sh"];

    [Fact]
    public void Links_and_paths_in_pages_exist() =>
        Check.Holds(
            "Each link and each path in a *.md file leads somewhere.",
            Markdown.Find([.. Repository.Files.Where(file => file.Name.EndsWith(".md", StringComparison.Ordinal))], Repository.Exists));

    [Theory]
    [InlineData("see [b](c.md)", "docs/c.md does not exist")]
    [InlineData("see [b](../src/Ropewalk.Nope)", "src/Ropewalk.Nope does not exist")]
    [InlineData("see [b](b.md#gone)", "docs/b.md has no heading #gone")]
    [InlineData("see [here](#nowhere)", "docs/a.md has no heading #nowhere")]
    [InlineData("see `eng/icon.rb`", "`eng/icon.rb` does not exist")]
    [InlineData("see `SECRET.md`", "`SECRET.md` does not exist")]
    public void A_dead_end_is_caught(string text, string words) => Check.Catches(words, Find(text));

    [Theory]
    [InlineData("[b](b.md#a-heading-twice-over), [r](../README.md), [w](https://example.org/x), [me](#top)\n\n# Top")]
    [InlineData("`eng/icon.py`, `./test.sh`, `src/<Project>/README.md`, `bench/NAME/run.sh`, `src/**`\n```\n[x](nothing)\n```\n`[x](nothing)`")]
    public void What_exists_or_is_only_an_example_is_not(string text) => Assert.Empty(Find(text));

    private static IEnumerable<Violation> Find(string text) =>
        Markdown.Find([new("docs/a.md", text), new("docs/b.md", "# A heading, twice over\n")], There.Contains);
}
