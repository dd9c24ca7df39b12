using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>Refuses connections over a count: in all, from one address, from one IPv6 /64. Peers without an address count in all only.</summary>
public sealed class LimitsPolicy : IConnectionPolicy
{
    private const int NetworkBits = 64;

    private readonly ILogger _logger;
    private readonly LimitNotice _notice;
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressPrefix, int> _counts = [];
    private ConnectionLimits _limits;
    private int _current;
    private long _refused;

    /// <summary>Creates the policy.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="logger">Is told which limit was reached, by whom: three lines a second at most.</param>
    /// <param name="timeProvider">The clock of these lines; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A limit is wrong.</exception>
    public LimitsPolicy(ConnectionLimits limits, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Validate();
        _limits = limits;
        _logger = logger ?? NullLogger.Instance;
        _notice = new LimitNotice(_logger, timeProvider);
    }

    /// <inheritdoc/>
    public string Name => "limits";

    /// <summary>Gets how many connections there are.</summary>
    public int Current => Volatile.Read(ref _current);

    /// <summary>Gets how many have been refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Takes other limits for new connections.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A limit is wrong; the old ones stay.</exception>
    public void Update(ConnectionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Validate();
        Volatile.Write(ref _limits, limits);
    }

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection => ServeAsync(connection, next);

    private Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        AddressPrefix? address = AddressPrefix.Of(connection.RemoteEndPoint);
        return TryEnter(address) is { } reached ? Refuse(connection, reached, address) : ServeCountedAsync(connection, next, address);
    }

    private Task Refuse(ConnectionContext connection, in ReachedLimit reached, AddressPrefix? address)
    {
        _notice.Tell(reached.Name, reached.Value == 1 ? "1 connection" : $"{reached.Value} connections", reached.Peer ?? address);
        return Refusal.Refuse(connection, this, ConnectionEndReason.LimitExceeded, reached.ToString(), _logger, $"{Name}-{reached.Name}");
    }

    private async Task ServeCountedAsync(ConnectionContext connection, ConnectionDelegate next, AddressPrefix? address)
    {
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    }

    private ReachedLimit? TryEnter(AddressPrefix? address)
    {
        ConnectionLimits limits = Volatile.Read(ref _limits);
        lock (_gate)
        {
            ReachedLimit? reached = _current >= limits.Total ? new("total", limits.Total, null)
                : address is { } one && _counts.GetValueOrDefault(one) >= limits.PerAddress ? new("per-address", limits.PerAddress, one)
                : NetworkOf(address) is { } network && _counts.GetValueOrDefault(network) >= limits.PerIPv6Network ? new("per-network", limits.PerIPv6Network, network)
                : null;
            if (reached is not null)
            {
                _refused++;
                return reached;
            }

            _current++;
            Count(address, 1);
            Count(NetworkOf(address), 1);
            return null;
        }
    }

    private void Leave(AddressPrefix? address)
    {
        lock (_gate)
        {
            _current--;
            Count(address, -1);
            Count(NetworkOf(address), -1);
        }
    }

    // the table holds only who is connected, so it is bounded by the total
    private void Count(AddressPrefix? prefix, int by)
    {
        if (prefix is not { } key)
        {
            return;
        }

        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
        count += by;
        if (count == 0)
        {
            _counts.Remove(key);
        }
    }

    private static AddressPrefix? NetworkOf(AddressPrefix? address) => address is { IsIPv4: false } ipv6 ? ipv6.Shorten(NetworkBits) : null;
}
