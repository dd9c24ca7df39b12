using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Tests.Irc.Bot;

/// <summary>Remembers what was logged, whatever its level.</summary>
internal sealed class HeardLog : ILoggerFactory, ILogger
{
    public List<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            Lines.Add($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
