using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Hosting;

/// <summary>
/// Tells the service manager (systemd, or what speaks its protocol) how this process is: ready, reloading, stopping, alive, and one line of
/// status. Where there is none, every call does nothing.
/// </summary>
/// <remarks><b>Spec</b>: sd_notify(3), sd_watchdog_enabled(3). <b>Call</b>: from any thread.</remarks>
public sealed class SupervisorNotifier
{
    // The line that systemctl status shows; a datagram to the manager must stay below its receive buffer.
    private const int MaxStatusChars = 200;

    private readonly NotifySocket? _socket;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private bool _failed;

    /// <summary>Creates a notifier from the process's environment: <c>NOTIFY_SOCKET</c>, <c>WATCHDOG_USEC</c>, <c>WATCHDOG_PID</c>.</summary>
    public SupervisorNotifier(TimeProvider timeProvider, ILoggerFactory loggerFactory)
        : this(Environment.GetEnvironmentVariable, timeProvider, loggerFactory)
    {
    }

    /// <summary>Creates a notifier from another environment.</summary>
    internal SupervisorNotifier(Func<string, string?> environment, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Ropewalk.Hosting");
        _socket = NotifySocket.TryCreate(environment("NOTIFY_SOCKET"));
        WatchdogInterval = _socket is null ? null : ReadWatchdog(environment);
    }

    /// <summary>Gets whether there is a service manager that listens.</summary>
    public bool IsActive => _socket is not null;

    /// <summary>Gets how often the manager wants to hear <see cref="Alive"/>: half of the time after which it takes the process for dead. Null if it does not.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>Says that the start, or a reload, is over.</summary>
    public void Ready(string status) => Send($"READY=1\n{Status(status)}");

    /// <summary>Says that a reload has begun; <see cref="Ready"/> ends it.</summary>
    public void Reloading() => Send($"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds()}\nSTATUS=Reloading");

    /// <summary>Says that the end has begun.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=Stopping");

    /// <summary>Says that the process is alive.</summary>
    public void Alive(string status) => Send($"WATCHDOG=1\n{Status(status)}");

    private static string Status(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return $"STATUS={(line.Length > MaxStatusChars ? line[..MaxStatusChars] : line)}";
    }

    private static TimeSpan? ReadWatchdog(Func<string, string?> environment)
    {
        // sd_watchdog_enabled(3): meant for another process where WATCHDOG_PID is another's.
        string? process = environment("WATCHDOG_PID");
        bool isMine = process is null || (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id == Environment.ProcessId);
        return isMine && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds / 2)
            : null;
    }

    // CLOCK_MONOTONIC is what the system's TimeProvider counts in.
    private long MonotonicMicroseconds() => (long)(_timeProvider.GetTimestamp() * (1_000_000.0 / _timeProvider.TimestampFrequency));

    private void Send(string message)
    {
        if (_socket?.TrySend(Encoding.UTF8.GetBytes(message)) is { } error && !_failed)
        {
            _failed = true; // once is enough: a manager that has gone does not come back
            HostingLog.NotifyFailed(_logger, _socket.Path, error);
        }
    }
}
