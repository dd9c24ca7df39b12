using System.Text;
using Finger.Wire;
using Ropewalk.Testing;

namespace Finger.Tests.Wire;

public sealed class FingerQueryDecoderTests
{
    /// <summary>RFC 1288 §2.2: data format.</summary>
    public sealed class TextInLines
    {
        [Theory]
        [InlineData("alice\r\n", "[alice]")]
        [InlineData("alice\n", "[alice]")]
        [InlineData("älice\r\n", "[älice]")]
        [InlineData("al\u0001ice\r\n", "! NotText")]
        [InlineData("al\u001b[2Jice\r\n", "! NotText")]
        [InlineData("al\u0085ice\r\n", "! NotText")]
        [InlineData("al\rice\r\n", "! NotText")]
        public void LinesOfText(string input, string outcome) => Decodes(input, outcome);

        [Fact]
        public void BytesThatAreNoUtf8AreRefused()
        {
            byte[] latin1 = [.. "\xE4lice\r\n"u8[1..], (byte)'\n'];
            latin1[0] = 0xE4;
            Assert.Equal(["! NotText"], DecoderFeed.Whole(new FingerQueryDecoder(20), latin1, Show).Take(1));
        }
    }

    /// <summary>RFC 1288 §2.3: query specifications.</summary>
    public sealed class QuerySpecifications
    {
        [Theory]
        [InlineData("\r\n", "[]")]
        [InlineData("/W\r\n", "long []")]
        [InlineData("/w\r\n", "long []")]
        [InlineData("/W alice\r\n", "long [alice]")]
        [InlineData("/W    alice\r\n", "long [alice]")]
        [InlineData("alice\r\n", "[alice]")]
        [InlineData("alice  \r\n", "[alice]")]
        [InlineData("@host\r\n", "[@host]")]
        [InlineData("alice@host\r\n", "[alice@host]")]
        [InlineData("/W alice@one@two\r\n", "long [alice@one@two]")]
        [InlineData("/W @host\r\n", "long [@host]")]
        [InlineData("W\r\n", "[W]")]
        public void WellFormed(string input, string outcome) => Decodes(input, outcome);

        [Theory]
        [InlineData("/X alice\r\n", "! UnknownToken")]
        [InlineData("/Walice\r\n", "! UnknownToken")]
        [InlineData("/\r\n", "! UnknownToken")]
        [InlineData("alice bob\r\n", "! MoreThanOneName")]
        [InlineData("alice@\r\n", "! BadHost")]
        [InlineData("alice@@host\r\n", "! BadHost")]
        [InlineData("alice@ho st\r\n", "! BadHost")]
        [InlineData("@\r\n", "! BadHost")]
        public void Malformed(string input, string outcome) => Decodes(input, outcome);

        [Theory]
        [InlineData("12345678901234567890\r\n", "[12345678901234567890]")]
        [InlineData("123456789012345678901\r\n", "! TooLong")]
        [InlineData("12345678901234567890123456789", "! TooLong")]
        [InlineData("alice", "")]
        public void Bounds(string input, string outcome) => Decodes(input, outcome);
    }

    /// <summary>RFC 1288 §2.4: the next step of a forwarded query.</summary>
    public sealed class Forwarding
    {
        [Theory]
        [InlineData("foo@one@two", "two", "foo@one")]
        [InlineData("foo@one", "one", "foo")]
        [InlineData("@one", "one", "")]
        [InlineData("/W foo@one", "one", "/W foo")]
        public void TheRightmostHostIsAskedTheRest(string query, string host, string rest)
        {
            (string next, FingerQuery remainder) = FingerQuery.Parse(query).Forward();
            Assert.Equal((host, rest), (next, remainder.ToString()));
        }

        [Fact]
        public void AQueryForThisHostHasNoNextStep() => Assert.Throws<InvalidOperationException>(() => FingerQuery.Parse("foo").Forward());
    }

    internal static string Show(FingerQuery? query) =>
        $"{(query!.IsVerbose ? "long " : "")}[{query.UserName}{string.Concat(query.Hosts.Select(host => "@" + host))}]";

    private static void Decodes(string input, string outcome)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(input);
        string[] expected = outcome.Length == 0 ? [] : [outcome];
        Assert.Equal(expected, DecoderFeed.Whole(new FingerQueryDecoder(20), bytes, Show));
        Assert.Equal(expected, DecoderFeed.PerByte(new FingerQueryDecoder(20), bytes, Show));
    }
}
