using Microsoft.Extensions.Logging;

namespace Ropewalk.Cli.Logging;

/// <summary>
/// Writes log messages as lines, for people or as JSON, from one thread of its own: who logs never waits for the terminal. Level and format may
/// change while it runs. What comes faster than it can be written is dropped and counted.
/// </summary>
internal sealed class LineLog : ILoggerProvider, ILoggerFactory
{
    /// <summary>How many lines wait at most.</summary>
    public const int MostWaiting = 8192;

    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly bool _colour;
    private readonly object _gate = new();
    private readonly Queue<string> _waiting = new();
    private readonly Thread _thread;
    private long _dropped;
    private bool _closing;

    /// <summary>Starts to write.</summary>
    public LineLog(TextWriter output, bool colour, TimeProvider time)
    {
        _output = output;
        _colour = colour;
        _time = time;
        _thread = new Thread(WriteWaiting) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Gets or sets the least important level that is written.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>Gets or sets how lines are written.</summary>
    public LogFormat Format { get; set; }

    // Which zones are served, and in which version, the page of the start does not say.
    private const string Zones = "Ropewalk.Dns.Server";

    /// <summary>
    /// Gets or sets whether lines for people leave out how the start goes: what the command itself prints says the same, better.
    /// </summary>
    public bool IsStarting { get; set; }

    /// <inheritdoc cref="ILoggerFactory.CreateLogger"/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Does nothing: there is one place for logs.</summary>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <summary>Writes what waits, and stops.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        // a terminal that takes nothing (Ctrl-S) shall not keep the process
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    internal bool IsEnabled(LogLevel level, string category)
    {
        bool told = IsStarting && Format == LogFormat.Text && level != LogLevel.Critical && (level == LogLevel.Information ? category != Zones : category == "Ropewalk.Hosting");
        return level >= Level && level != LogLevel.None && !told;
    }

    internal void Write<TState>(LogLevel level, string category, EventId id, TState state, Exception? exception, string message)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Enqueue(Format == LogFormat.Json
            ? LogLine.Json(now, level, category, id, state as IReadOnlyList<KeyValuePair<string, object?>>, exception, message)
            : LogLine.Text(now.ToOffset(_time.LocalTimeZone.GetUtcOffset(now)), level, category, exception, message, _colour, withTrace: Level <= LogLevel.Debug));
    }

    private void Enqueue(string line)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting || _closing)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(line);
            Monitor.Pulse(_gate);
        }
    }

    private void WriteWaiting()
    {
        var batch = new List<string>();
        while (true)
        {
            lock (_gate)
            {
                while (_waiting.Count == 0 && !_closing)
                {
                    Monitor.Wait(_gate);
                }

                if (_waiting.Count == 0)
                {
                    return;
                }

                batch.AddRange(_waiting);
                _waiting.Clear();
                if (_dropped > 0)
                {
                    batch.Add($"# {_dropped} log messages were dropped");
                    _dropped = 0;
                }
            }

            batch.ForEach(_output.WriteLine);
            _output.Flush();

            batch.Clear();
        }
    }
}
