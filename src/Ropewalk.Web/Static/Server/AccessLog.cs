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
    private readonly IAccessLogSink _sink;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private byte[] _filling;
    private byte[] _spare;
    private int _length;
    private byte[] _second = [];
    private long _secondNumber = long.MinValue;
    private long _dropped;
    private long _droppedTold;
    private Task _writing = Task.CompletedTask;
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
        DateTimeOffset now = _time.GetUtcNow();
        lock (_lock)
        {
            if (_isClosed || _length + AccessLogEncoder.MaxLineBytes > _filling.Length)
            {
                _dropped++;
                return;
            }
            long second = now.ToUnixTimeSeconds();
            if (second != _secondNumber) (_second, _secondNumber) = (AccessLogEncoder.EncodeTime(now), second);
            int before = _length, half = _filling.Length / 2;
            _length += AccessLogEncoder.Encode(_filling.AsSpan(_length), entry, _second);
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

    // On the timer: at most one write is under way, and the next begins when it ends.
    private void BeginWrite()
    {
        lock (_lock)
        {
            if (_writing.IsCompleted && !_isClosed) _writing = WriteOutAsync();
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
            // much came meanwhile: at once, or lines would fall away while nothing is being written
            if (_length > 0 && !_isClosed) _timer.Change(_length >= _filling.Length / 2 ? TimeSpan.Zero : _interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void AppendDropped()
    {
        // Write leaves room for one line of greatest length only while lines fit: this one is shorter than the room it leaves
        long missing = _dropped - _droppedTold;
        if (missing == 0 || _filling.Length - _length < 64) return;
        _droppedTold = _dropped;
        Span<byte> rest = _filling.AsSpan(_length);
        "# "u8.CopyTo(rest);
        Utf8Formatter.TryFormat(missing, rest[2..], out int digits);
        " lines dropped\n"u8.CopyTo(rest[(2 + digits)..]);
        _length += digits + 17;
    }
}
