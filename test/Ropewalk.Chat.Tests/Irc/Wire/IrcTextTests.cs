using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Wire;

public sealed class IrcTextTests
{
    [Theory]
    [InlineData("", 10, "")]
    [InlineData("short", 10, "short")]
    [InlineData("two words and more", 10, "two words|and more")]
    [InlineData("abcdefghijklmno", 5, "abcde|fghij|klmno")]
    [InlineData("a bcdefghij", 6, "a bcde|fghij")]
    [InlineData("äöüäöü", 5, "äö|üä|öü")]
    [InlineData("e\u0301e\u0301e\u0301", 4, "e\u0301|e\u0301|e\u0301")]
    [InlineData("👨‍👩‍👧👨‍👩‍👧", 20, "👨‍👩‍👧|👨‍👩‍👧")]
    [InlineData("😀😀", 4, "😀|😀")]
    public void ATextIsCutWhereAReaderWouldCutIt(string text, int most, string pieces) => Assert.Equal(pieces, string.Join('|', IrcText.Split(text, most)));

    [Fact]
    public void NothingIsLostAndNothingIsTooLong()
    {
        const string Letters = "ab cé😀\u0301\u200D👩 ";
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            Rune[] runes = [.. Letters.EnumerateRunes()];
            string text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => runes[random.Next(runes.Length)]));
            int most = random.Next(4, 60);
            IReadOnlyList<string> pieces = IrcText.Split(text, most);
            Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), 0, most));
            Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(pieces).Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("\u0001ACTION waves\u0001", "ACTION", "waves")]
    [InlineData("\u0001version", "VERSION", "")]
    [InlineData("\u0001PING 1 2\u0001", "PING", "1 2")]
    public void ACtcpIsRead(string text, string command, string arguments)
    {
        Assert.True(IrcCtcp.TryParse(text, out IrcCtcp ctcp));
        Assert.Equal(new IrcCtcp(command, arguments), ctcp);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001")]
    [InlineData("\u0001\u0001")]
    [InlineData("x\u0001ACTION\u0001")]
    public void OrdinaryTextIsNone(string text) => Assert.False(IrcCtcp.TryParse(text, out _));

    [Theory]
    [InlineData("2011-10-19T16:40:51.620Z", true)]
    [InlineData("2011-10-19T16:40:51Z", true)]
    [InlineData("2011-13-19T16:40:51.620Z", false)]
    [InlineData("yesterday", false)]
    [InlineData(null, false)]
    public void ATimeIsRead(string? text, bool isTime)
    {
        Assert.Equal(isTime, IrcTime.TryParse(text, out DateTimeOffset time));
        Assert.Equal(isTime ? "2011-10-19T16:40:51." : "0001-01-01T00:00:00.", IrcTime.Format(time)[..20]);
    }
}
