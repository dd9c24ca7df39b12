using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>
/// Ends connections whose beginning takes too long: until the handler says <see cref="IHandshakeDeadlineFeature.HandshakeDone"/>, however
/// busily the peer drips bytes. A TLS handshake has a limit of its own and counts in this one too if it comes after it.
/// </summary>
public sealed class HandshakeTimeoutPolicy : IConnectionPolicy
{
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Round<Pending> _round;
    private long _ended;

    /// <summary>Creates the policy.</summary>
    /// <param name="timeout">How long the beginning may take; more than 0 and up to 1 hour.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Where ended connections are logged.</param>
    public HandshakeTimeoutPolicy(TimeSpan timeout, TimeProvider? timeProvider = null, ILogger? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromHours(1));
        _timeout = timeout;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _round = new Round<Pending>(_time, timeout, Look);
    }

    /// <inheritdoc/>
    public string Name => "handshake-timeout";

    /// <summary>Gets how many connections took too long.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => async connection =>
    {
        var pending = new Pending(connection, _round, _time.GetTimestamp());
        connection.Features.Set<IHandshakeDeadlineFeature>(pending);
        _round.Add(pending);
        try
        {
            await next(connection);
        }
        finally
        {
            _round.Remove(pending);
        }
    };

    private TimeSpan Look(IReadOnlyList<Pending> all)
    {
        long now = _time.GetTimestamp();
        TimeSpan next = _timeout;
        foreach (Pending pending in all)
        {
            TimeSpan left = _timeout - _time.GetElapsedTime(pending.Since, now);
            if (left > TimeSpan.Zero)
            {
                next = left < next ? left : next;
                continue;
            }

            _round.Remove(pending);
            Interlocked.Increment(ref _ended);
            Refusal.Cut(pending.Connection, this, ConnectionEndReason.TimedOut, $"the beginning was not over within {_timeout.TotalSeconds:0.###} s", _logger);
        }

        // many end at nearly the same time: one look for all that end within a sixteenth
        return next < _timeout / 16 ? _timeout / 16 : next;
    }

    private sealed class Pending(ConnectionContext connection, Round<Pending> round, long since) : IHandshakeDeadlineFeature
    {
        public ConnectionContext Connection => connection;

        public long Since => since;

        public void HandshakeDone() => round.Remove(this);
    }
}
