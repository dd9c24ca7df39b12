using Microsoft.Extensions.Logging;

namespace Ropewalk.Testing.Simulated;

/// <summary>Writes what a host's code logs into the simulation's log, beside what its links carry.</summary>
internal sealed class HostLogs(SimHost host, SimulationLog log) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new HostLogger(host, log, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
        // there is one log
    }

    public void Dispose()
    {
    }

    private sealed class HostLogger(SimHost host, SimulationLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string why = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
                log.Tell(host.Name, $"{logLevel} {category}: {formatter(state, exception)}{why}");
            }
        }
    }
}
