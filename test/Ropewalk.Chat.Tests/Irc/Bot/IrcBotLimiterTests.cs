using Ropewalk.Chat.Irc.Bot;

namespace Ropewalk.Chat.Tests.Irc.Bot;

public sealed class IrcBotLimiterTests
{
    private readonly IrcBotLimiter _limiter = new();
    private readonly IrcBotRateLimit _limit = new() { Burst = 5 };

    [Fact]
    public void TheBucketFillsAgainWithTime()
    {
        Assert.Equal([true, true, true, true, true], Enumerable.Range(0, 5).Select(_ => Take("a", 0)));
        Assert.True(Take("a", 5));
        Assert.Equal((false, true), _limiter.Take("a", _limit, TimeSpan.FromSeconds(6)));
        Assert.Equal((false, false), _limiter.Take("A", _limit, TimeSpan.FromSeconds(35)));
        Assert.False(Take("a", 64));
        Assert.True(Take("a", 94));
    }

    [Fact]
    public void ARowWithoutASilenceComesToAnEnd()
    {
        int heard = Enumerable.Range(0, 1000).Count(i => Take("a", i * 20));
        Assert.Equal(_limit.MostInARow, heard);
        Assert.True(Take("a", 1_000_000));
    }

    [Fact]
    public void TheTableIsBoundedAndTheLongestSilentIsForgotten()
    {
        _limit.MostUsers = 3;
        for (int i = 0; i < 5; i++)
        {
            Take("a", 0);
        }

        Take("b", 1);
        Assert.False(Take("a", 2));
        Take("c", 3);
        Take("d", 4);
        Assert.Equal(3, _limiter.Count);
        Assert.False(Take("a", 5));
    }

    [Theory]
    [InlineData("2026-03-28T00:00:00Z", "02:30", "2026-03-28T01:30:00Z")]
    [InlineData("2026-03-29T00:00:00Z", "02:30", "2026-03-29T01:30:00Z")] // the clock goes from 2 to 3: half past three
    [InlineData("2026-10-25T00:00:00Z", "02:30", "2026-10-25T00:30:00Z")] // it is half past two twice: the first counts
    [InlineData("2026-10-25T00:30:00Z", "02:30", "2026-10-26T01:30:00Z")]
    public void ATimeOfDayIsFoundWhereTheClocksChange(string now, string time, string next)
    {
        TimeZoneInfo.AdjustmentRule rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date,
            DateTime.MaxValue.Date,
            TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday));
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromHours(1), "Test", "Test", "Test Summer", [rule]);
        DateTimeOffset at = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture),
            at + IrcBotJob.UntilNext(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture), zone, at));
    }

    private bool Take(string user, double seconds) => _limiter.Take(user, _limit, TimeSpan.FromSeconds(seconds)).IsHeard;
}
