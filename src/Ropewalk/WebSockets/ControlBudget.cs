namespace Ropewalk.WebSockets;

/// <summary>Counts what a peer can send for nothing: pings, pongs, empty messages. So many at once, and a tenth of that each second.</summary>
internal sealed class ControlBudget(int most, TimeProvider time)
{
    private double _left = most;
    private long _since = time.GetTimestamp();

    /// <summary>Takes one.</summary>
    /// <returns>False if there are too many.</returns>
    public bool TryTake()
    {
        long now = time.GetTimestamp();
        _left = Math.Min(most, _left + (time.GetElapsedTime(_since, now).TotalSeconds * most / 10));
        _since = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
