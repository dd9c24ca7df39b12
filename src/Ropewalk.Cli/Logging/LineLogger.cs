using Microsoft.Extensions.Logging;

namespace Ropewalk.Cli.Logging;

/// <summary>Is the logger of one category.</summary>
internal sealed class LineLogger(LineLog log, string category) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel, category);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            log.Write(logLevel, category, eventId, state, exception, formatter(state, exception));
        }
    }
}
