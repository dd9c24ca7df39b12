using Microsoft.Extensions.Primitives;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData(" \"a\" ", true)]
    [InlineData(",, \"b\",\t\"a\",", true)]
    [InlineData("\"b\", W/\"a\"", true)]
    [InlineData("\"x,y\", \"a\"", true)]
    [InlineData("\"x\"\"a\"", false)]
    [InlineData("\"a", false)]
    [InlineData("a", false)]
    [InlineData("w/\"a\"", false)]
    [InlineData("\"b\", *", false)]
    [InlineData("", false)]
    [InlineData("\"", false)]
    [InlineData("W/", false)]
    public void Finds_a_tag_in_a_list(string line, bool expected) => Assert.Equal(expected, EntityTag.IsInList(line, "\"a\"", weakly: true));

    [Fact]
    public void Looks_in_each_line()
    {
        Assert.True(EntityTag.IsInList(new StringValues(["\"b\"", "\"a\""]), "\"a\"", weakly: false));
        Assert.False(EntityTag.IsInList(default, "\"a\"", weakly: false));
    }

    [Fact]
    public void A_files_tag_tells_length_and_time()
    {
        Assert.Equal("\"400-18ea621f1444692e\"", EntityTag.OfFile(1024, 0x18ea621f1444692e, isWeak: false));
        Assert.Equal("W/\"400-18ea621f1444692e\"", EntityTag.OfFile(1024, 0x18ea621f1444692e, isWeak: true));
        Assert.NotEqual(EntityTag.OfFile(1, 5, false), EntityTag.OfFile(1, 6, false));
        Assert.NotEqual(EntityTag.OfFile(1, 5, false), EntityTag.OfFile(2, 5, false));
    }

    [Fact]
    public void Whatever_comes_is_read_without_an_exception()
    {
        const int seed = 991;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        const string alphabet = "\"\"W/a,* \t";
        for (int i = 0; i < 30_000; i++)
        {
            string line = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            bool weakly = EntityTag.IsInList(line, "\"a\"", weakly: true);
            if (EntityTag.IsInList(line, "\"a\"", weakly: false)) Assert.True(weakly, line);
        }
    }
}
