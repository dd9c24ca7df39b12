using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>
/// Ends connections on which nothing crosses in either direction. The counters of all connections are looked at eight times per timeout,
/// so that a connection ends between the timeout and an eighth after it, never before; nothing is done per byte.
/// </summary>
public sealed class IdleTimeoutPolicy : IConnectionPolicy
{
    private const int LooksPerTimeout = 8;

    private readonly TimeSpan _timeout;
    private readonly TimeSpan _goodbye;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Round<Watched> _round;
    private long _ended;

    /// <summary>Creates the policy.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something in the options is wrong.</exception>
    public IdleTimeoutPolicy(IdleTimeoutOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _timeout = options.Timeout;
        _goodbye = options.Goodbye;
        _interval = options.Timeout / LooksPerTimeout;
        _time = options.TimeProvider;
        _logger = logger ?? NullLogger.Instance;
        _round = new Round<Watched>(_time, _interval, Look);
    }

    /// <inheritdoc/>
    public string Name => "idle-timeout";

    /// <summary>Gets how many connections were idle for too long.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection => ServeAsync(connection, next);

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IConnectionCountersFeature? counters = connection.Features.Get<IConnectionCountersFeature>();
        TrafficCounters? own = counters is null ? new TrafficCounters() : null;
        var watched = new Watched(connection, counters ?? own!, _time.GetTimestamp());
        _round.Add(watched);
        try
        {
            await (own is null ? next(connection) : WrappedTransport.ServeAsync(connection, next, own.Wrap(connection.Transport)));
        }
        finally
        {
            _round.Remove(watched);
        }
    }

    private TimeSpan Look(IReadOnlyList<Watched> all)
    {
        long now = _time.GetTimestamp();
        TimeSpan next = _interval;
        foreach (Watched watched in all)
        {
            long crossed = watched.Counters.ReceivedBytes + watched.Counters.SentBytes;
            if (watched.AskedAt is { } askedAt)
            {
                // the goodbye crosses too: it must not count as life
                TimeSpan left = _goodbye - _time.GetElapsedTime(askedAt, now);
                next = left <= TimeSpan.Zero ? next : Min(next, left);
                if (left <= TimeSpan.Zero)
                {
                    Cut(watched);
                }
            }
            else if (crossed != watched.Crossed)
            {
                watched.Crossed = crossed;
                watched.Since = now;
            }
            else if (_time.GetElapsedTime(watched.Since, now) >= _timeout)
            {
                next = End(watched, now) ? next : Min(next, _goodbye);
            }
        }

        return next;
    }

    /// <summary>Asks for a goodbye, or cuts where there is no time or nobody to ask.</summary>
    /// <returns>True if the connection is cut.</returns>
    private bool End(Watched watched, long now)
    {
        Interlocked.Increment(ref _ended);
        watched.Connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(
            new ConnectionEnd(ConnectionEndReason.TimedOut, Diagnostics.ErrorSide.Remote, $"nothing crossed for {_timeout.TotalSeconds:0.###} s"));
        if (_goodbye == TimeSpan.Zero || watched.Connection.Features.Get<IConnectionLifetimeNotificationFeature>() is not { } lifetime)
        {
            Cut(watched);
            return true;
        }

        watched.AskedAt = now;
        try
        {
            lifetime.RequestClose();
        }
        catch (Exception exception)
        {
            // a handler's callback threw; the abort comes all the same
            PolicyLog.Cut(_logger, watched.Connection.ConnectionId, Name, exception.Message);
        }

        return false;
    }

    private void Cut(Watched watched)
    {
        _round.Remove(watched);
        Refusal.Cut(watched.Connection, this, ConnectionEndReason.TimedOut, $"nothing crossed for {_timeout.TotalSeconds:0.###} s", _logger);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed class Watched(ConnectionContext connection, IConnectionCountersFeature counters, long now)
    {
        public ConnectionContext Connection => connection;

        public IConnectionCountersFeature Counters => counters;

        public long Crossed { get; set; } = counters.ReceivedBytes + counters.SentBytes;

        public long Since { get; set; } = now;

        public long? AskedAt { get; set; }
    }
}
