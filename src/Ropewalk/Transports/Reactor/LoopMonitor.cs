using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports.Reactor;

/// <summary>Looks at the loops from outside and says who blocks one: each stall once when it is noticed and once when it is over.</summary>
internal sealed partial class LoopMonitor : IDisposable
{
    private readonly ReactorLoop[] _loops;
    private readonly long[] _reported;
    private readonly TimeSpan _threshold;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ManualResetEvent _stopping = new(false);
    private readonly TimeSpan _interval;
    private long _stalls;

    public LoopMonitor(ReactorLoop[] loops, TimeSpan threshold, TimeProvider time, ILogger logger)
    {
        _loops = loops;
        _reported = new long[loops.Length];
        _threshold = threshold;
        _time = time;
        _logger = logger;
        _interval = TimeSpan.FromMilliseconds(Math.Clamp(threshold.TotalMilliseconds / 2, 10, 1000));
        new Thread(Run) { IsBackground = true, Name = "ropewalk monitor" }.UnsafeStart();
    }

    /// <summary>Gets how many stalls were seen.</summary>
    public long Stalls => Volatile.Read(ref _stalls);

    public void Dispose() => _stopping.Set();

    // A thread, and no timer: a timer wakes a worker of the pool each time, and that spins for a while in case more comes, on a processor that a loop wants.
    private void Run()
    {
        while (!_stopping.WaitOne(_interval))
        {
            Look();
        }
    }

    private void Look()
    {
        for (int i = 0; i < _loops.Length; i++)
        {
            long started = _loops[i].StepStarted;
            if (started == 0 || started == _reported[i])
            {
                continue;
            }

            TimeSpan elapsed = _time.GetElapsedTime(started);
            string running = _loops[i].Running ?? "an unnamed handler";
            if (elapsed >= _threshold && _loops[i].StepStarted == started)
            {
                _reported[i] = started;
                Interlocked.Increment(ref _stalls);
                EngineMeter.LoopStalled(running, elapsed);
                LogStall(_logger, i, (long)elapsed.TotalMilliseconds, running);
            }
        }
    }

    [LoggerMessage(1300, LogLevel.Warning, "Loop {Loop} has been held for {Milliseconds} ms by {Handler}; everything else on that loop waits. Await, or push blocking work off with BlockingWork.")]
    private static partial void LogStall(ILogger logger, int loop, long milliseconds, string handler);
}
