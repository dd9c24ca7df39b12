using System.Buffers.Text;
using Ropewalk.Blocking;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Writes a line for each request, without ever making a request wait.</summary>
/// <remarks>
/// Lines are encoded straight into one of two buffers of fixed size while the other is being written. A slow sink makes lines fall away: they are counted,
/// and the next write says how many (<c># 12 lines dropped</c>). <b>Call</b>: from any thread.
/// </remarks>
public sealed class AccessLog : IAsyncDisposable
{
    [ThreadStatic]
    private static byte[]? _scratch;

    private readonly IAccessLogSink _sink;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private byte[] _filling;
    private byte[] _spare;
    private int _length;
    private volatile WrittenSecond _second = new(long.MinValue, []);
    private long _dropped;
    private long _droppedTold;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isClosed;

    /// <summary>Makes a log.</summary>
    /// <param name="sink">Takes the lines.</param>
    /// <param name="options">The bounds; the defaults if null.</param>
    /// <param name="time">The clock; the system's if null.</param>
    public AccessLog(IAccessLogSink sink, AccessLogOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        options ??= new AccessLogOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferBytes, 4 * AccessLogEncoder.MaxLineBytes, nameof(options));
        _sink = sink;
        _time = time ?? TimeProvider.System;
        _interval = options.FlushInterval;
        _filling = new byte[options.BufferBytes];
        _spare = new byte[options.BufferBytes];
        _timer = _time.CreateTimer(static log => ((AccessLog)log!).BeginWrite(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets how many lines fell away because the sink was too slow or failed.</summary>
    public long DroppedLines => Interlocked.Read(ref _dropped);

    /// <summary>Adds a line.</summary>
    /// <param name="entry">What happened.</param>
    public void Write(in AccessLogEntry entry)
    {
        // encoded before the lock is taken, so that it is held for one short copy
        byte[] scratch = _scratch ??= new byte[AccessLogEncoder.MaxLineBytes];
        int length = AccessLogEncoder.Encode(scratch, entry, TimeOf(_time.GetUtcNow()));
        lock (_lock)
        {
            if (_isClosed || _length + length > _filling.Length)
            {
                _dropped++;
                return;
            }
            int before = _length, half = _filling.Length / 2;
            scratch.AsSpan(0, length).CopyTo(_filling.AsSpan(before));
            _length += length;
            if (before == 0) _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            else if (before < half && _length >= half) _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Writes what is still waiting, and stops.</summary>
    /// <returns>Ends when the sink has taken the last line.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _isClosed = true;
        await _timer.DisposeAsync();
        await _writing;
        if (_length > 0) await WriteOutAsync();
    }

    private byte[] TimeOf(DateTimeOffset now)
    {
        WrittenSecond second = _second;
        if (second.UnixSeconds != now.ToUnixTimeSeconds()) _second = second = new WrittenSecond(now.ToUnixTimeSeconds(), AccessLogEncoder.EncodeTime(now));
        return second.Text;
    }

    // On the timer: at most one write is under way, and the next begins when it ends.
    private void BeginWrite()
    {
        lock (_lock)
        {
            if (_isWriting || _isClosed) return;
            _isWriting = true;
            _writing = WriteOutAsync();
        }
    }

    private async Task WriteOutAsync()
    {
        byte[] lines;
        int length;
        lock (_lock)
        {
            AppendDropped();
            (lines, length) = (_filling, _length);
            (_filling, _spare, _length) = (_spare, _filling, 0);
        }
        try
        {
            await BlockingWork.RunAsync(() => _sink.Write(lines.AsSpan(0, length)));
        }
        catch (Exception)
        {
            // a sink that fails (a full disk, a closed pipe) must not end the server; the loss is counted
            lock (_lock) _dropped += lines.AsSpan(0, length).Count((byte)'\n');
        }
        lock (_lock)
        {
            // before the timer is set: it may fire before this method has returned
            _isWriting = false;
            // much came meanwhile: at once, or lines would fall away while nothing is being written
            if (_length > 0 && !_isClosed) _timer.Change(_length >= _filling.Length / 2 ? TimeSpan.Zero : _interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void AppendDropped()
    {
        long missing = _dropped - _droppedTold;
        if (missing == 0 || _filling.Length - _length < 64) return;
        _droppedTold = _dropped;
        Span<byte> rest = _filling.AsSpan(_length);
        "# "u8.CopyTo(rest);
        Utf8Formatter.TryFormat(missing, rest[2..], out int digits);
        " lines dropped\n"u8.CopyTo(rest[(2 + digits)..]);
        _length += digits + 17;
    }

    private sealed record WrittenSecond(long UnixSeconds, byte[] Text);
}
