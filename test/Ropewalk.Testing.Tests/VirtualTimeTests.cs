namespace Ropewalk.Testing.Tests;

public sealed class VirtualTimeTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TheSameSeedGivesTheSameClock(int seed)
    {
        VirtualTime a = new(seed), b = new(seed);
        Assert.Equal(a.GetUtcNow(), b.GetUtcNow());
        Assert.Equal(a.GetTimestamp(), b.GetTimestamp());
        Assert.Equal(a.TimestampFrequency, b.TimestampFrequency);
        Assert.Equal(a.LocalTimeZone.BaseUtcOffset, b.LocalTimeZone.BaseUtcOffset);
    }

    [Fact]
    public void SeedsGiveDifferentDatesFrequenciesAndZones()
    {
        VirtualTime[] clocks = [.. Enumerable.Range(0, 50).Select(seed => new VirtualTime(seed))];
        Assert.True(clocks.Select(c => c.GetUtcNow()).Distinct().Count() == 50);
        Assert.True(clocks.Select(c => c.TimestampFrequency).Distinct().Count() > 4);
        Assert.True(clocks.Select(c => c.LocalTimeZone.BaseUtcOffset).Distinct().Count() > 20);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TimestampsMeasureWhatPassed(int seed)
    {
        var time = new VirtualTime(seed);
        long start = time.GetTimestamp();
        time.Advance(TimeSpan.FromHours(30));
        TimeSpan elapsed = time.GetElapsedTime(start);
        Assert.InRange(elapsed, TimeSpan.FromHours(30) - TimeSpan.FromMicroseconds(2), TimeSpan.FromHours(30) + TimeSpan.FromMicroseconds(2));
    }

    [Fact]
    public void TimersFireInTheOrderOfTheirTimesAndThenOfTheirArming()
    {
        var time = new VirtualTime();
        List<string> fired = [];
        Timer(3, "c");
        Timer(1, "a1");
        Timer(2, "b");
        Timer(1, "a2");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["a1@1", "a2@1", "b@2"], fired);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("c@3", fired[^1]);

        void Timer(int seconds, string name) =>
            time.CreateTimer(_ => fired.Add($"{name}@{time.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void ATimerArmedByATimerFiresOnTheSameWay()
    {
        var time = new VirtualTime();
        List<TimeSpan> fired = [];
        ITimer? timer = null;
        timer = time.CreateTimer(_ => { fired.Add(time.Elapsed); if (fired.Count < 4) { timer!.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan); } }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Assert.Equal(4, time.Advance(TimeSpan.FromMinutes(1)));
        Assert.Equal([1, 2, 3, 4], fired.Select(f => (int)f.TotalSeconds));
        Assert.Equal(0, time.ArmedTimers);
    }

    [Fact]
    public void APeriodicTimerFiresEachPeriodUntilDisposed()
    {
        var time = new VirtualTime();
        int fired = 0;
        ITimer timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(26));
        Assert.Equal(3, fired);
        timer.Dispose();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, fired);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public async Task TheSystemsOwnWaitsRunOnIt()
    {
        var time = new VirtualTime();
        Task delay = Task.Delay(TimeSpan.FromDays(10), time);
        using var source = new CancellationTokenSource(TimeSpan.FromDays(5), time);
        Assert.True(time.AdvanceToNextTimer());
        Assert.True(source.IsCancellationRequested);
        Assert.False(delay.IsCompleted);
        Assert.Equal(TimeSpan.FromDays(5), time.UntilNextTimer);
        Assert.Equal(1, time.RunUntilIdle(TimeSpan.FromDays(6)));
        await delay;
    }

    [Fact]
    public void RunUntilIdleStopsAtItsLimit()
    {
        var time = new VirtualTime();
        int fired = 0;
        using ITimer timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        Assert.Equal(60, time.RunUntilIdle(TimeSpan.FromHours(1)));
        Assert.Equal(60, fired);
    }

    [Fact]
    public void ACallbackMayNotMoveTheClock()
    {
        var time = new VirtualTime();
        time.CreateTimer(_ => time.Advance(TimeSpan.FromSeconds(1)), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Assert.Throws<InvalidOperationException>(() => time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void ATimerWaitsNoLongerThanTheSystemsTimersCan() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VirtualTime().CreateTimer(_ => { }, null, TimeSpan.FromDays(50), Timeout.InfiniteTimeSpan));
}
