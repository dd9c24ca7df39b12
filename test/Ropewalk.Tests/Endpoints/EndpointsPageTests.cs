using Ropewalk.Endpoints;

namespace Ropewalk.Tests.Endpoints;

/// <summary>docs/endpoints.md says what the code does.</summary>
public sealed class EndpointsPageTests
{
    private static readonly string[] Page = ReadPage();

    public static TheoryData<string, string> Errors => [.. Rows("## Errors").Select(row => (row[0].Trim('`'), row[1]))];

    public static TheoryData<string, string> Keys
    {
        get
        {
            var keys = new TheoryData<string, string>();
            foreach (EndpointSyntax syntax in EndpointSchemes.CreateDefault().Syntaxes)
            {
                foreach (EndpointKey key in syntax.Keys)
                {
                    keys.Add(syntax.Name, key.Name);
                }
            }

            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void AnErrorIsAsThePageShowsIt(string text, string error)
    {
        Assert.False(EndpointSpec.TryParse(text, out _, out EndpointSpecError actual));
        Assert.Equal(error, actual.ToString());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void EachKeyOfEachSchemeIsOnThePage(string scheme, string key) =>
        Assert.Contains(
            Rows($"### {scheme}"),
            row => row[0].Split(',').Any(cell => cell.Trim(' ', '`', '=') == key));

    [Fact]
    public void EachSchemeHasItsSection() =>
        Assert.All(EndpointSchemes.CreateDefault().Syntaxes, syntax => Assert.Contains($"### {syntax.Name}", Page));

    [Fact]
    public void EachEndpointInItsExamplesIsOne()
    {
        string[] examples = [.. Page.SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```"), .. Page.Where(line => line.StartsWith("proxy:", StringComparison.Ordinal))];

        Assert.True(examples.Length >= 8);
        Assert.All(examples, example => EndpointSpec.Parse(example.Split("  ")[0].Trim()));
    }

    /// <summary>The cells of the table that follows a heading, without its head.</summary>
    private static List<string[]> Rows(string heading) =>
    [
        .. Page.SkipWhile(line => line != heading).Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
    ];

    private static string[] ReadPage()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ropewalk.slnx")))
        {
            folder = folder.Parent;
        }

        return File.ReadAllLines(Path.Combine(folder!.FullName, "docs", "endpoints.md"));
    }
}
