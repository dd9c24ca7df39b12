using Ropewalk.Dns.Server;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Server;

public sealed class ReadingRemainsTests
{
    private const long LargeZone = 80_000_000;

    private readonly VirtualTime _time = new();
    private readonly List<string> _collections = [];
    private long _queries;

    [Fact]
    public async Task In_a_quiet_second_after_a_reading_all_is_given_back_at_once()
    {
        await using ReadingRemains remains = Make();
        remains.NoteReading(LargeZone);
        Assert.Empty(_collections);
        Pass(ReadingRemains.Delay, queriesPerSecond: 1_000);

        Assert.Equal(["at once"], _collections);
        Pass(TimeSpan.FromHours(1), 0);
        Assert.Equal(["at once"], _collections);
    }

    [Fact]
    public async Task Under_load_nobody_waits_and_a_quiet_minute_is_waited_for()
    {
        await using ReadingRemains remains = Make();
        remains.NoteReading(LargeZone);
        Pass(ReadingRemains.Delay, 50_000);
        Assert.Equal(["beside"], _collections);
        Pass(ReadingRemains.Interval, 3_000);
        Assert.Equal(["beside"], _collections);
        Pass(ReadingRemains.Interval, 1_500);

        Assert.Equal(["beside", "at once"], _collections);
    }

    [Fact]
    public async Task Several_readings_within_the_delay_are_one()
    {
        await using ReadingRemains remains = Make();
        for (int i = 0; i < 5; i++)
        {
            remains.NoteReading(LargeZone);
            Pass(ReadingRemains.Delay / 2, 0);
        }

        Assert.Empty(_collections);
        Pass(ReadingRemains.Delay, 0);
        Assert.Equal(["at once"], _collections);
    }

    [Fact]
    public async Task Small_zones_and_a_server_that_has_ended_collect_nothing()
    {
        await using (ReadingRemains remains = Make())
        {
            remains.NoteReading(100_000);
            Pass(ReadingRemains.Interval, 0);
            remains.NoteReading(LargeZone);
        }

        Pass(ReadingRemains.Interval, 0);
        Assert.Empty(_collections);
    }

    private ReadingRemains Make() => new(() => _queries, _time, atOnce => _collections.Add(atOnce ? "at once" : "beside"));

    private void Pass(TimeSpan duration, int queriesPerSecond)
    {
        _queries += (long)(queriesPerSecond * duration.TotalSeconds);
        _time.Advance(duration);
    }
}
