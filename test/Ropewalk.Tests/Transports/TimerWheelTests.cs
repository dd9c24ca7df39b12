using Ropewalk.Transports.Reactor;

namespace Ropewalk.Tests.Transports;

/// <summary>The wheel alone: without a loop, all that it does is done on the caller's thread, at the times that a test says.</summary>
public sealed class TimerWheelTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(16);

    private readonly MovedClock _time = new();
    private readonly List<string> _fired = [];
    private readonly TimerWheel _wheel;

    public TimerWheelTests() => _wheel = new TimerWheel(null!, _time);

    [Fact]
    public async Task A_move_that_comes_between_the_look_and_the_shot_counts() => await OffLoopsAsync(() =>
    {
        WheelTimer timer = Start("timer", Tick);
        long due = timer.DueTick;
        _wheel.Remove(timer); // as the wheel has done when it finds a timer due
        timer.Change(4 * Tick, Timeout.InfiniteTimeSpan);
        timer.Fire(due);
        Assert.Empty(_fired);
        Pass(3);
        Assert.Empty(_fired);
        Pass(1);
        Assert.Equal(["timer"], _fired);
        Pass(5000);
        Assert.Equal(["timer"], _fired);
    });

    [Fact]
    public async Task A_timer_may_move_itself_and_its_neighbours_while_it_fires() => await OffLoopsAsync(() =>
    {
        WheelTimer[] neighbours = new WheelTimer[4];
        WheelTimer again = null!;
        neighbours[0] = Start("moved", Tick);
        neighbours[1] = Start("left", Tick);
        neighbours[2] = Start("stopped", Tick);
        neighbours[3] = Start("now", 500 * Tick);
        again = Start("again", Tick, () =>
        {
            if (_fired.Count == 1)
            {
                neighbours[0].Change(2 * Tick, Timeout.InfiniteTimeSpan);
                neighbours[2].Dispose();
                neighbours[3].Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                again.Change(2000 * Tick, Timeout.InfiniteTimeSpan); // more than once round
            }
        });
        Pass(1);
        Assert.Equal(["again", "left"], _fired);
        Pass(1);
        Assert.Equal(["again", "left", "now"], _fired);
        Pass(1);
        Assert.Equal(["again", "left", "now", "moved"], _fired);
        Pass(1997);
        Assert.Equal(4, _fired.Count);
        Pass(1);
        Assert.Equal(["again", "left", "now", "moved", "again"], _fired);
        Pass(5000);
        Assert.Equal(5, _fired.Count);
        Assert.Equal(-1, _wheel.MillisecondsToNext());
    });

    [Fact]
    public async Task A_late_look_fires_each_timer_once() => await OffLoopsAsync(() =>
    {
        for (int i = 1; i <= 3000; i++)
        {
            Start($"{i}", i * Tick);
        }

        _time.Advance(2500 * Tick);
        _wheel.Advance();
        Assert.Equal(2500, _fired.Distinct().Count());
        Assert.Equal(2500, _fired.Count);
        Pass(500);
        Assert.Equal(3000, _fired.Count);
    });

    [Fact]
    public async Task A_periodic_timer_that_is_stopped_while_it_fires_stays_stopped() => await OffLoopsAsync(() =>
    {
        WheelTimer timer = Start("timer", Tick, null, Tick);
        Pass(3);
        Assert.Equal(3, _fired.Count);
        int fired = 0;
        int looks = 0;
        _time.Advance(Tick);
        _time.Looked = () =>
        {
            if (++looks == 2)
            {
                // the wheel has found it due and works out the next time: another thread comes in here
                timer.Dispose();
                fired = _fired.Count;
            }
        };
        _wheel.Advance();
        Assert.True(looks >= 2, "the clock was not looked at when the next time was worked out");
        Assert.InRange(_fired.Count, fired, fired + 1);
        fired = _fired.Count;
        Pass(10);
        Assert.Equal(fired, _fired.Count);
    });

    // a test's continuation may run on a loop of another test; the wheel must find none
    private static Task OffLoopsAsync(Action test) => Task.Run(test);

    private WheelTimer Start(string name, TimeSpan due, Action? action = null, TimeSpan? period = null)
    {
        var timer = new WheelTimer(
            _wheel,
            _ =>
            {
                _fired.Add(name);
                action?.Invoke();
            },
            null);
        timer.Change(due, period ?? Timeout.InfiniteTimeSpan);
        return timer;
    }

    private void Pass(int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            _time.Advance(Tick);
            _wheel.Advance();
        }
    }

    private sealed class MovedClock : TimeProvider
    {
        private long _now;

        public Action Looked { get; set; } = () => { };

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _now += by.Ticks;

        public override long GetTimestamp()
        {
            Looked();
            return _now;
        }
    }
}
