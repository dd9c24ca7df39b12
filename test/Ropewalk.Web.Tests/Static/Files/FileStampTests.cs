using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Tests.Static.Files;

public sealed class FileStampTests
{
    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, 1999, true)]        // whole seconds: perhaps FAT
    [InlineData(0, 0, 2000, false)]
    [InlineData(500_000_000, 0, 519, true)]
    [InlineData(500_000_000, 0, 520, false)]
    [InlineData(500_000_000, 0, 0, true)] // changed in the future: the clocks differ, or somebody set it
    public void A_file_may_change_unseen_within_a_tick(int nanoseconds, int modifiedSeconds, int nowMilliseconds, bool expected)
    {
        FileStamp stamp = new(1, (Noon.ToUnixTimeSeconds() + modifiedSeconds) * 1_000_000_000 + nanoseconds, 0);
        Assert.Equal(expected, stamp.MayChangeUnseen(Noon.AddMilliseconds(nowMilliseconds)));
    }

    [Theory]
    [InlineData(1_999_999_999, 1)]
    [InlineData(0, 0)]
    [InlineData(-1, -1)]
    [InlineData(-1_000_000_000, -1)]
    public void Seconds_are_rounded_down(long nanoseconds, long seconds) => Assert.Equal(seconds, new FileStamp(0, nanoseconds, 0).ModifiedUnixSeconds);
}
