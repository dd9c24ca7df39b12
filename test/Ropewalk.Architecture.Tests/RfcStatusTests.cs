using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class RfcStatusTests
{
    [Fact]
    public void The_table_and_the_source_agree()
    {
        RepositoryFile table = Assert.Single(Repository.Files, file => file.Path == RfcStatus.TablePath);
        Check.Holds(
            "Each RFC section that src and samples cite has a row in docs/rfc/status.tsv, and each row that is done is cited where it says.",
            RfcStatus.Find(table, [.. Repository.SourcesIn("src", "samples")], Repository.Exists));
    }

    [Theory]
    [InlineData("// RFC 1288 §2.3", "", "RFC 1288 §2.3 has no row")]
    [InlineData("// RFC 1288 §2.3, §9.9", "1288\t2.3\tq\tdone\tsrc/A.cs\n", "§9.9 has no row")]
    [InlineData("// RFC 1288 §2.3", "1288\t2.3\tq\tdone\tsrc/A.cs\n1288\t2.4\tq\tdone\tsrc\n", "§2.4 is done, and nothing below src cites it")]
    [InlineData("// RFC 1288 §2.3", "1288\t2.3\tq\tdone\tsrc/gone\n", "src/gone does not exist")]
    [InlineData("// RFC 1288 §2.3", "1288\t2.3\tq\tperhaps\tsrc\n", "status \"perhaps\"")]
    [InlineData("// RFC 1288 §2.3", "1288\t2.3\tq\tdone\tsrc\n1288\t2.3\tq\tno\t\n", "has a row already")]
    [InlineData("", "1288 2.3 q done src\n", "1 columns")]
    public void A_disagreement_is_caught(string code, string rows, string words) => Check.Catches(words, Find(code, rows));

    [Fact]
    public void A_rule_that_is_not_obeyed_needs_no_citation() => Assert.Empty(Find("// RFC 1288 §2.3: the query", "1288\t2.3\tquery\tdone\tsrc\n1288\t2.5.5\tvending\tno\t\n"));

    private static IEnumerable<Violation> Find(string code, string rows) =>
        RfcStatus.Find(new(RfcStatus.TablePath, RfcStatus.Header + "\n" + rows), [Check.Code("src/A.cs", code)], path => path is "src" or "src/A.cs");
}
