using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class SnippetsTests
{
    private const string Program = "using System;\n\nstatic void Main()\n{\n    Say();\n    Go();\n}\n";

    [Fact]
    public void CSharp_in_pages_is_built_and_run()
    {
        RepositoryFile[] pages = [.. Repository.Files.Where(file => file.Name.EndsWith(".md", StringComparison.Ordinal))];
        if (Environment.GetEnvironmentVariable("ROPEWALK_ACCEPT_PAGES") == "1")
        {
            foreach (RepositoryFile page in pages)
            {
                string fresh = Snippets.Refresh(page.Text, Read);
                if (fresh != page.Text)
                {
                    File.WriteAllText(Path.Combine(Repository.Root, page.Path), fresh);
                }
            }

            return;
        }

        Check.Holds("Each block of C# in a *.md file is, or is part of, a file that is built and run.", Snippets.Find(pages, Read));
    }

    [Theory]
    [InlineData("```csharp\nSay();\n```\n", "nothing compiles")]
    [InlineData("<!-- whole: b.cs -->\n```csharp\nSay();\n```\n", "b.cs does not exist")]
    [InlineData("<!-- whole: a.cs -->\n```csharp\nSay();\n```\n", "the block is not a.cs any more")]
    [InlineData("<!-- part: a.cs -->\n```csharp\nGo();\nSay();\n```\n", "not in a.cs")]
    [InlineData("<!-- part: a.cs -->\n\n```csharp\nSay();\n```\n", "nothing compiles")]
    public void A_block_that_has_gone_its_own_way_is_caught(string page, string words) => Check.Catches(words, Find(page));

    [Theory]
    [InlineData("<!-- whole: a.cs -->\n```csharp\n" + Program + "```\n")]
    [InlineData("<!-- part: a.cs -->\n```csharp\nSay();\nGo();\n```\n```text\nanything\n```\n")]
    public void A_block_that_is_its_file_is_not(string page) => Assert.Empty(Find(page));

    [Fact]
    public void A_whole_block_is_rewritten_from_its_file() =>
        Assert.Empty(Find(Snippets.Refresh("<!-- whole: a.cs -->\n```csharp\nold\n```\n", path => path == "a.cs" ? Program : null)));

    private static IEnumerable<Violation> Find(string page) => Snippets.Find([new("docs/a.md", page)], path => path == "a.cs" ? Program : null);

    private static string? Read(string path) => Repository.Files.FirstOrDefault(file => file.Path == path)?.Text;
}
