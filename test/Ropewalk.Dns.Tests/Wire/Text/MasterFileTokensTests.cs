using System.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Tests.Wire.Text;

public sealed class MasterFileTokensTests
{
    /// <summary>RFC 1035 §5.1: text, and what it is cut into; a bar is the end of an entry.</summary>
    [Theory]
    [InlineData("a b\tc\n", "a b c |")]
    [InlineData("a b", "a b")]
    [InlineData("\n\n", "| |")]
    [InlineData("a ; comment \" ( \n b", "a | _b")]
    [InlineData("a ( b ; c\n d\n ) e\n", "a _b _d _e |")]
    [InlineData("a(b)c", "a b c")]
    [InlineData("\"a b\" \"\" \"\\\"\"", "'a b' '' '\\\"'")]
    [InlineData("a\"b\"c", "a 'b' c")]
    [InlineData("a\\ b\\;\\(\\\"", "a\\ b\\;\\(\\\"")]
    [InlineData("a\\\nb", "a\\ | b")]
    [InlineData("a\r\nb\r\n", "a | b |")]
    [InlineData("\"open\nb", "QuoteNotClosed | b")]
    [InlineData("\"open\\", "QuoteNotClosed")]
    [InlineData("a ( b", "a b ParenthesisUnbalanced")]
    [InlineData("a ) b\n", "a ParenthesisUnbalanced _b |")]
    [InlineData("( (", "ParenthesisUnbalanced")]
    [InlineData("a ( b\n ( c )\n ) d\n", "a _b _c _d |")]
    public void Text_is_cut(string text, string expected)
    {
        MasterFileTokens tokens = new(Encoding.ASCII.GetBytes(text));
        List<string> words = [];
        while (true)
        {
            MasterFileViolation violation = tokens.Read(out MasterFileToken token);
            if (violation != MasterFileViolation.None)
            {
                words.Add(violation.ToString());
            }
            else if (token.Kind == MasterFileTokenKind.EndOfText)
            {
                break;
            }
            else
            {
                string word = Encoding.ASCII.GetString(token.Text);
                bool isIndented = token.FollowsBlank && token.Kind == MasterFileTokenKind.Word && text.Contains('\n') && !text.Contains('\t');
                words.Add(token.Kind switch { MasterFileTokenKind.EndOfEntry => "|", MasterFileTokenKind.Quoted => $"'{word}'", _ => (isIndented ? "_" : "") + word });
            }
        }

        Assert.Equal(expected, string.Join(' ', words));
    }

    [Theory]
    [InlineData("0", 0u)]
    [InlineData("3600", 3600u)]
    [InlineData("1h", 3600u)]
    [InlineData("1w2d3h4m5s", 788645u)]
    [InlineData("1W", 604800u)]
    [InlineData("4294967295", 4294967295u)]
    [InlineData("4294967296", null)]
    [InlineData("7102w", null)]
    [InlineData("1h30", null)]
    [InlineData("1h1h", null)]
    [InlineData("h", null)]
    [InlineData("", null)]
    [InlineData("1x", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999999999999999999s", null)]
    public void Durations(string text, uint? seconds)
    {
        Assert.Equal(seconds is not null, MasterFileNumbers.TryParseDuration(Encoding.ASCII.GetBytes(text), out uint parsed));
        Assert.Equal(seconds ?? 0, parsed);
    }

    [Theory]
    [InlineData("20240229000000", 1709164800u)]
    [InlineData("1709164800", 1709164800u)]
    [InlineData("20230229000000", null)]
    [InlineData("19691231235959", null)]
    [InlineData("21060207062815", 4294967295u)]
    [InlineData("21060207062816", null)]
    [InlineData("2024022900000", null)]
    [InlineData("9999999999", null)]
    public void Points_in_time(string text, uint? seconds)
    {
        Assert.Equal(seconds is not null, MasterFileNumbers.TryParseTimestamp(Encoding.ASCII.GetBytes(text), out uint parsed));
        Assert.Equal(seconds ?? 0, parsed);
    }
}
