namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Is something that a bot does by itself.</summary>
/// <param name="Next">Says how long it is until the next time.</param>
/// <param name="Run">Does it.</param>
internal sealed record IrcBotJob(Func<DateTimeOffset, TimeSpan> Next, Func<IrcBot, CancellationToken, Task> Run)
{
    /// <summary>Says how long it is until it is a time of day somewhere; a day if it is that time now.</summary>
    public static TimeSpan UntilNext(TimeOnly time, TimeZoneInfo zone, DateTimeOffset now)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        TimeSpan until = InstantOf(today, time, zone) - now;
        // where the clock is put back a time comes twice: the first counts
        return until > TimeSpan.Zero ? until : InstantOf(today.AddDays(1), time, zone) - now;
    }

    private static DateTimeOffset InstantOf(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        DateTime local = day.ToDateTime(time);
        if (zone.IsInvalidTime(local))
        {
            // no such time on this day: the offset of before the gap puts it behind the gap
            return new DateTimeOffset(local, zone.GetUtcOffset(local.AddHours(-3)));
        }

        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
