using System.Diagnostics;
using Ropewalk.Testing.Seeds;

namespace Ropewalk.Testing;

/// <summary>
/// Is a clock that moves only when a test moves it. Timers fire on the thread that moves it, in the order of their due times and then of
/// their making, and while one fires the clock shows exactly its due time.
/// </summary>
/// <remarks>
/// The date it starts at, its local time zone and the frequency of its timestamps come from a seed, and are odd on purpose: code that
/// depends on today's date, on UTC being local, or on a timestamp being a tick, fails here first. <b>Call</b>: from any thread; one thread
/// moves it at a time, and a timer's callback must not. A timer that is due at once fires with the next move, <c>Advance(TimeSpan.Zero)</c>
/// included.
/// </remarks>
public sealed class VirtualTime : TimeProvider
{
    // Clocks of real machines: 100 ns, 1 ns, ACPI, HPET, PIT, and ARM's generic timers.
    private static readonly long[] Frequencies = [10_000_000, 1_000_000_000, 3_579_545, 14_318_180, 1_193_182, 19_200_000, 24_000_000, 62_500_000];

    private readonly Lock _gate = new();
    private readonly VirtualTimerQueue _armed = new();
    private readonly DateTimeOffset _startDate;
    private readonly long _startTimestamp;
    private static long _elapsedTicksOfAll;

    private long _elapsedTicks;
    private long _armings;
    private bool _moving;

    /// <summary>Creates a clock from the seed in the environment variable <c>ROPEWALK_SEED</c>, or from seed 1.</summary>
    /// <exception cref="FormatException">The variable is set to something else.</exception>
    public VirtualTime()
        : this(SeedEnvironment.ReadOne() ?? 1)
    {
    }

    /// <summary>Creates a clock.</summary>
    /// <param name="seed">The same seed gives the same date, zone and frequency.</param>
    public VirtualTime(int seed)
    {
        Seed = seed;
        var random = new Random(seed);
        // From 2001 to 2084: past 2038, with leap days, at any time of day.
        _startDate = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.NextInt64(83L * 365 * 86_400)).AddTicks(random.Next(10_000_000));
        TimestampFrequency = Frequencies[random.Next(Frequencies.Length)];
        _startTimestamp = random.NextInt64(1L << 40);
        TimeSpan offset = TimeSpan.FromMinutes(15 * random.Next(-47, 56));
        LocalTimeZone = TimeZoneInfo.CreateCustomTimeZone($"virtual{seed}", offset, null, null);
    }

    /// <summary>Gets the seed.</summary>
    public int Seed { get; }

    /// <inheritdoc/>
    public override long TimestampFrequency { get; }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone { get; }

    /// <summary>Gets how far the clock has been moved.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _elapsedTicks));

    /// <summary>Gets how far all clocks of this process have been moved together: what its tests would have waited for.</summary>
    public static TimeSpan ElapsedOfAll => TimeSpan.FromTicks(Volatile.Read(ref _elapsedTicksOfAll));

    /// <summary>Gets how many timers are armed.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>Gets how long it is until the next timer fires, or null if none is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_gate)
            {
                return _armed.First is { } first ? TimeSpan.FromTicks(Math.Max(0, first.DueTicks - _elapsedTicks)) : null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _startDate + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        _startTimestamp + (long)((UInt128)(ulong)Volatile.Read(ref _elapsedTicks) * (ulong)TimestampFrequency / TimeSpan.TicksPerSecond);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock by <paramref name="by"/> and fires each timer that falls due on the way, those armed meanwhile included.</summary>
    /// <returns>How many timers fired.</returns>
    public int Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        BeginMove();
        try
        {
            long target = _elapsedTicks + by.Ticks;
            Interlocked.Add(ref _elapsedTicksOfAll, by.Ticks);
            int fired = 0;
            while (FireNext(target))
            {
                fired++;
            }

            Volatile.Write(ref _elapsedTicks, target);
            return fired;
        }
        finally
        {
            EndMove();
        }
    }

    /// <summary>Moves the clock to the next timer and fires it, and with it all that are due at the same time.</summary>
    /// <returns>False if no timer is armed: the clock has not moved.</returns>
    public bool AdvanceToNextTimer() => UntilNextTimer is { } wait && Advance(wait) > 0;

    /// <summary>Moves the clock from timer to timer until none is armed, or the next lies behind <paramref name="limit"/>.</summary>
    /// <param name="limit">The longest way, because periodic timers never end. Default: one day.</param>
    /// <returns>How many timers fired.</returns>
    public int RunUntilIdle(TimeSpan? limit = null)
    {
        TimeSpan end = Elapsed + (limit ?? TimeSpan.FromDays(1));
        int fired = 0;
        while (UntilNextTimer is { } wait && Elapsed + wait <= end)
        {
            fired += Advance(wait);
        }

        return fired;
    }

    /// <inheritdoc/>
    public override string ToString() => $"virtual time, seed {Seed}: {GetUtcNow():O}, {Elapsed} after the start";

    internal void Arm(VirtualTimer timer, long? dueAfterTicks, long? periodTicks)
    {
        lock (_gate)
        {
            _armed.Remove(timer);
            timer.PeriodTicks = periodTicks;
            if (dueAfterTicks is { } after)
            {
                timer.DueTicks = _elapsedTicks + after;
                timer.Order = ++_armings;
                _armed.Add(timer);
            }
        }
    }

    private void BeginMove()
    {
        lock (_gate)
        {
            if (_moving)
            {
                throw new InvalidOperationException("The clock is being moved already: by another thread, or by a timer's callback.");
            }

            _moving = true;
        }
    }

    private void EndMove()
    {
        lock (_gate)
        {
            Debug.Assert(_moving, "BeginMove came first");
            _moving = false;
        }
    }

    private bool FireNext(long target)
    {
        VirtualTimer timer;
        lock (_gate)
        {
            if (_armed.First is not { } first || first.DueTicks > target)
            {
                return false;
            }

            timer = first;
            _armed.Remove(timer);
            Volatile.Write(ref _elapsedTicks, Math.Max(_elapsedTicks, timer.DueTicks));
            if (timer.PeriodTicks is { } period)
            {
                timer.DueTicks = _elapsedTicks + period;
                timer.Order = ++_armings;
                _armed.Add(timer);
            }
        }

        timer.Fire();
        return true;
    }
}
