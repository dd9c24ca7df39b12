using Ropewalk.Storage;

namespace Ropewalk.Tests.Storage;

public sealed class FileStorePathTests
{
    [Theory]
    [InlineData("accounts.json")]
    [InlineData("zones/example.org/serial")]
    [InlineData(".hidden")]
    [InlineData("a b/ü/日本")]
    [InlineData("...a")]
    [InlineData("console/nullable/com10")]
    public void TakesWhatMeansTheSameEverywhere(string text)
    {
        FileStorePath path = FileStorePath.Parse(text);
        Assert.Equal(text, path.ToString());
        Assert.Equal(path, FileStorePath.Parse(path.ToString()));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("/etc/passwd", "segment 1 is empty")]
    [InlineData("a//b", "segment 2 is empty")]
    [InlineData("a/", "segment 2 is empty")]
    [InlineData("..", "segment 1 is '.' or '..'")]
    [InlineData("a/../../b", "segment 2 is '.' or '..'")]
    [InlineData("a/./b", "segment 2 is '.' or '..'")]
    [InlineData("..\\b", "U+005C")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("a\nb", "U+000A")]
    [InlineData("a\u0085b", "U+0085")]
    [InlineData("c:x", "U+003A")]
    [InlineData("a/b.", "ends with a dot or a space")]
    [InlineData("a /b", "ends with a dot or a space")]
    [InlineData("a/~1.b", "begins with '~'")]
    [InlineData("NUL", "device name")]
    [InlineData("a/nul.txt", "device name")]
    [InlineData("a/Com1.log", "device name")]
    [InlineData("a/lpt²", "device name")]
    [InlineData("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "more than 16 segments")]
    public void RefusesTheRestAndSaysWhy(string text, string reason)
    {
        Assert.False(FileStorePath.TryParse(text, out FileStorePath? path));
        Assert.Null(path);
        Assert.Contains(reason, Assert.Throws<FormatException>(() => FileStorePath.Parse(text)).Message);
    }

    [Fact]
    public void RefusesHalfCharacters()
    {
        RefusesTheRestAndSaysWhy("a\ud800", "no valid Unicode");
        RefusesTheRestAndSaysWhy("\udc00a", "no valid Unicode");
        Assert.True(FileStorePath.TryParse("a\ud83d\ude00", out _));
    }

    [Fact]
    public void BoundsItsLength()
    {
        Assert.True(FileStorePath.TryParse(new string('a', 240), out _));
        Assert.False(FileStorePath.TryParse(new string('a', 241), out _));
        Assert.False(FileStorePath.TryParse(new string('ü', 121), out _));
        Assert.False(FileStorePath.TryParse(string.Join('/', Enumerable.Repeat(new string('a', 240), 5)), out _));
    }

    [Fact]
    public void KnowsItsParts()
    {
        FileStorePath path = FileStorePath.Root / "a" / "b/c";
        Assert.Equal("a/b/c", path.ToString());
        Assert.Equal("c", path.Name);
        Assert.Equal(FileStorePath.Parse("a/b"), path.Parent);
        Assert.True(FileStorePath.Parse("a").Parent.IsRoot);
        Assert.Throws<FormatException>(() => path / "..");
        Assert.Throws<FormatException>(() => path / "");
    }

    [Fact]
    public void NoTextThatItTakesLeavesTheFolder()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        const string alphabet = "../\\~a:\0 .C%2eé";
        string top = Path.Combine(Path.GetTempPath(), "top");
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            if (FileStorePath.TryParse(text, out FileStorePath? path))
            {
                string full = Path.GetFullPath(Path.Combine(top, path.ToString()));
                Assert.True(full.StartsWith(top + Path.DirectorySeparatorChar, StringComparison.Ordinal), $"'{text}' leads to {full} (seed {seed})");
            }
        }
    }
}
