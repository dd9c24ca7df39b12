using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class HttpDateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 784111777)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 784111777)]
    [InlineData("Sun Nov  6 08:49:37 1994", 784111777)]
    [InlineData(" Sun, 06 Nov 1994 08:49:37 GMT ", 784111777)]
    [InlineData("Sun Nov 16 08:49:37 1994", 784975777)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("Sat, 31 Dec 2016 23:59:60 GMT", 1483228800)]
    [InlineData("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800)]
    public void Reads_all_three_forms(string text, long expected)
    {
        Assert.True(HttpDate.TryParse(text, Now, out long seconds));
        Assert.Equal(expected, seconds);
    }

    [Theory]
    [InlineData("Sunday, 06-Nov-76 08:49:37 GMT", 2076)]
    [InlineData("Sunday, 06-Nov-77 08:49:37 GMT", 1977)]
    public void A_year_of_two_digits_is_at_most_fifty_years_ahead(string text, int year)
    {
        Assert.True(HttpDate.TryParse(text, Now, out long seconds));
        Assert.Equal(year, DateTimeOffset.FromUnixTimeSeconds(seconds).Year);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Foo 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 anF 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08-49-37 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Sun, -6 Nov 1994 08:49:37 GMT")]
    [InlineData("1994-11-06T08:49:37Z")]
    public void Refuses_what_is_no_date(string text) => Assert.False(HttpDate.TryParse(text, Now, out _));

    [Fact]
    public void Writes_what_it_reads()
    {
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.Format(784111777));
        const int seed = 31;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int i = 0; i < 10_000; i++)
        {
            long time = random.NextInt64(-62135596800, 253402300799);
            Assert.True(HttpDate.TryParse(HttpDate.Format(time), Now, out long again));
            Assert.Equal(time, again);
        }
        Assert.Equal(29, HttpDate.Format(long.MaxValue).Length);
        Assert.Equal(29, HttpDate.Format(long.MinValue).Length);
    }

    [Fact]
    public void Whatever_comes_is_read_without_an_exception()
    {
        const int seed = 77;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        char[] text = new char[29];
        string[] forms = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"];
        for (int i = 0; i < 100_000; i++)
        {
            char[] mutant = forms[random.Next(3)].ToCharArray();
            for (int j = 0; j < 3; j++) mutant[random.Next(mutant.Length)] = "0123456789 :,-GMTa"[random.Next(18)];
            HttpDate.TryParse(mutant, Now, out _);
        }
    }
}
