namespace Ropewalk.Testing.Tests;

public sealed class SeedRangeTests
{
    [Theory]
    [InlineData("1-1000", 1, 1000)]
    [InlineData("17", 17, 17)]
    [InlineData("0-0", 0, 0)]
    [InlineData("2147483646-2147483647", int.MaxValue - 1, int.MaxValue)]
    public void A_range_is_two_seeds_or_one(string text, int first, int last)
    {
        var range = SeedRange.Parse(text);
        Assert.Equal((first, last, (long)last - first + 1), (range.First, range.Last, range.Count));
        Assert.Equal(range, SeedRange.Parse(range.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("2-1")]
    [InlineData("1-2-3")]
    [InlineData(" 1-2")]
    [InlineData("1..2")]
    [InlineData("0-2147483648")]
    public void Anything_else_is_none(string text)
    {
        Assert.False(SeedRange.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => SeedRange.Parse(text));
    }
}
