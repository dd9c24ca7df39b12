using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class ProtocolReadmesTests
{
    private const string Whole = "# X\n## What\n## RFCs and status\n## Rooms\n## States\n## Limits and why\n## Errors\n## Not implemented\n## How it is tested\n";

    [Fact]
    public void Each_protocol_has_its_page() => Check.Holds("Each protocol's README.md has the eight headings.", ProtocolReadmes.Find(Repository.Files));

    [Fact]
    public void A_missing_page_is_caught() => Check.Catches("without a README.md", ProtocolReadmes.Find([new("src/Ropewalk.Mail/Smtp/Wire/A.cs", "")]));

    [Fact]
    public void A_missing_heading_is_caught() =>
        Check.Catches("the headings are What · RFCs", Find(Whole.Replace("## Errors\n", "", StringComparison.Ordinal)));

    [Fact]
    public void A_whole_page_is_not() => Assert.Empty(Find(Whole));

    private static IEnumerable<Violation> Find(string page) =>
        ProtocolReadmes.Find([new("samples/Finger/Wire/A.cs", ""), new("samples/Finger/Session/A.cs", ""), new("samples/Finger/README.md", page)]);
}
