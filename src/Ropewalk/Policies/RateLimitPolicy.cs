using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>Refuses connections that come too fast, by a limiter of System.Threading.RateLimiting: <see cref="PeerRateLimiter"/> or another.</summary>
public sealed class RateLimitPolicy : IConnectionPolicy
{
    private readonly PartitionedRateLimiter<ConnectionContext> _limiter;
    private readonly ILogger _logger;
    private readonly LimitNotice _notice;
    private long _refused;

    /// <summary>Creates the policy over a limiter. A permit is held while the connection lives, so that a concurrency limiter counts connections.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="logger">Is told who was refused: three lines a second at most.</param>
    /// <param name="timeProvider">The clock of these lines; null for the system's.</param>
    public RateLimitPolicy(PartitionedRateLimiter<ConnectionContext> limiter, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _limiter = limiter;
        _logger = logger ?? NullLogger.Instance;
        _notice = new LimitNotice(_logger, timeProvider);
    }

    /// <inheritdoc/>
    public string Name => "rate-limit";

    /// <summary>Gets how many have been refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection => ServeAsync(connection, next);

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(connection);
        if (lease.IsAcquired)
        {
            await next(connection);
            return;
        }

        Interlocked.Increment(ref _refused);
        AddressPrefix? peer = AddressPrefix.Of(connection.RemoteEndPoint, ipv6Length: 64);
        _notice.Tell(Name, _limiter is PeerRateLimiter known ? known.ToString() : "a limiter", peer);
        await Refusal.Refuse(connection, this, ConnectionEndReason.LimitExceeded, $"connections from {peer} come too fast", _logger);
    }
}
