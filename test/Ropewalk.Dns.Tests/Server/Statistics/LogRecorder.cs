using Microsoft.Extensions.Logging;

namespace Ropewalk.Dns.Tests.Server.Statistics;

/// <summary>Keeps what is logged in one category, with its fields.</summary>
internal sealed class LogRecorder(string category) : ILoggerFactory
{
    public List<(string Message, Dictionary<string, object?> Fields)> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName == category);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Logger(LogRecorder recorder, bool isKept) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isKept;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Lines.Add((formatter(state, exception), ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(one => one.Key, one => one.Value)));
    }
}
