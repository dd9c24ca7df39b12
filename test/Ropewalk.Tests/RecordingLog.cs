using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Text, Exception? Exception)> _entries = new();

    public IReadOnlyList<(LogLevel Level, int Id, string Text, Exception? Exception)> Entries => [.. _entries];

    public int Count(int id) => _entries.Count(entry => entry.Id == id);

    public string TextOf(int id) => Assert.Single(_entries, entry => entry.Id == id).Text;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId.Id, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}
