namespace Ropewalk.Testing.Simulated;

/// <summary>Is a host's clock: the true time and its skew. When the host's life ends, its timers never fire again, and so its code never goes on.</summary>
internal sealed class HostClock(SimHost host, VirtualTime time) : TimeProvider
{
    private volatile bool _isDead;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + host.ClockSkew;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return time.CreateTimer(
            state =>
            {
                if (!_isDead)
                {
                    callback(state);
                }
            },
            state,
            dueTime,
            period);
    }

    public void Stop() => _isDead = true;
}
