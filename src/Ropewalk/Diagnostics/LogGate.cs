using System.Globalization;

namespace Ropewalk.Diagnostics;

/// <summary>Lets so many lines of a kind into the log in an interval: what strangers can cause must neither fill a disk nor hide the line that matters.</summary>
/// <remarks><b>Call</b>: from any thread. Who passes writes in its line how many were kept back, so that none is missing without a word.</remarks>
public sealed class LogGate
{
    private readonly TimeProvider _time;
    private readonly int _most;
    private readonly TimeSpan _interval;
    private readonly Lock _turn = new();
    private long _began;
    private long _keptBack;
    private int _passed;

    /// <summary>Creates a gate.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="most">How many pass in an interval. Default 10 (Linux's <c>printk_ratelimit_burst</c>).</param>
    /// <param name="interval">How long an interval is, from the first that passes. Default one second.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing would pass, or the interval is not above zero.</exception>
    public LogGate(TimeProvider time, int most = 10, TimeSpan? interval = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        _interval = interval ?? TimeSpan.FromSeconds(1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_interval, TimeSpan.Zero, nameof(interval));
        _time = time;
        _most = most;
    }

    /// <summary>Says at the end of a line how many were kept back before it; nothing where none was.</summary>
    /// <param name="keptBack">How many.</param>
    public static string Describe(long keptBack) =>
        keptBack == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; {keptBack} more since the last such line");

    /// <summary>Asks whether a line may be written.</summary>
    /// <param name="keptBack">How many have not been since the last that was.</param>
    public bool TryPass(out long keptBack)
    {
        lock (_turn)
        {
            if (_passed > 0 && _time.GetElapsedTime(_began) >= _interval)
            {
                _passed = 0;
            }

            if (_passed == _most)
            {
                _keptBack++;
                keptBack = 0;
                return false;
            }

            if (_passed++ == 0)
            {
                _began = _time.GetTimestamp();
            }

            keptBack = _keptBack;
            _keptBack = 0;
            return true;
        }
    }
}
