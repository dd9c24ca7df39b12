using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Remembers the last two minutes, one sample a second, so that the page has curves from the first look on, and without scripts too.</summary>
internal sealed class StatusHistory : IDisposable
{
    /// <summary>How many samples are kept.</summary>
    public const int Length = 120;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IStatusSource _source;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Queue<StatusSample> _samples = new(Length);
    private readonly FigureHistory _figures = new();
    private TrafficTotals _last;
    private long _lastAt;

    /// <summary>Starts to sample.</summary>
    public StatusHistory(IStatusSource source, TimeProvider time)
    {
        _source = source;
        _time = time;
        _last = source.Capture().Totals;
        _figures.Sample(source.ListParts(), Interval.TotalSeconds);
        _lastAt = time.GetTimestamp();
        _timer = time.CreateTimer(static s => ((StatusHistory)s!).Sample(), this, Interval, Interval);
    }

    /// <summary>Lists the samples, oldest first.</summary>
    public IReadOnlyList<StatusSample> Samples
    {
        get
        {
            lock (_lock)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>Lists how much the totals of a service's own figures grew in each second, oldest first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> RatesOf(string service)
    {
        lock (_lock)
        {
            return _figures.RatesOf(service);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        TrafficTotals now = _source.Capture().Totals;
        IReadOnlyList<ServicePart> parts = _source.ListParts();
        lock (_lock)
        {
            double seconds = Math.Max(0.001, _time.GetElapsedTime(_lastAt).TotalSeconds);
            _lastAt = _time.GetTimestamp();
            _figures.Sample(parts, seconds);
            if (_samples.Count == Length)
            {
                _samples.Dequeue();
            }

            // a reload that removes a service may take its totals with it; a rate is never negative
            _samples.Enqueue(new StatusSample(
                now.Live,
                Math.Max(0, now.ReceivedBytes - _last.ReceivedBytes) / seconds,
                Math.Max(0, now.SentBytes - _last.SentBytes) / seconds,
                Math.Max(0, now.Accepted - _last.Accepted) / seconds));
            _last = now;
        }
    }
}
