namespace Ropewalk.Policies;

/// <summary>A token bucket that may go into debt: what has crossed has crossed, and the next one waits until it is paid for.</summary>
internal sealed class ByteBucket(long bytesPerSecond, long burst, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _at = time.GetTimestamp();

    public void Take(long bytes)
    {
        lock (_gate)
        {
            Refill();
            _tokens -= bytes;
        }
    }

    /// <summary>Gets how long to wait before more may cross.</summary>
    public TimeSpan Wait()
    {
        lock (_gate)
        {
            Refill();
            // whole milliseconds, upwards: timers know nothing finer, and a wait that is cut short would be asked for again at once
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(-_tokens * 1000 / bytesPerSecond));
        }
    }

    private void Refill()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * bytesPerSecond));
        _at = now;
    }
}
