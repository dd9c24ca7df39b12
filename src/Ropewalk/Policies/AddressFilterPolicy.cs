using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>Refuses connections by the peer's address.</summary>
public sealed class AddressFilterPolicy : IConnectionPolicy
{
    private readonly ILogger _logger;
    private Rules _rules;
    private long _refused;

    /// <summary>Creates the policy.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A network is not well-formed.</exception>
    public AddressFilterPolicy(AddressFilterOptions options, ILogger? logger = null)
    {
        _rules = ReadRules(options);
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public string Name => "address-filter";

    /// <summary>Gets how many have been refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Takes other rules for new connections.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A network is not well-formed; the old rules stay.</exception>
    public void Update(AddressFilterOptions options) => Volatile.Write(ref _rules, ReadRules(options));

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection =>
    {
        if (IsAllowed(connection.RemoteEndPoint))
        {
            return next(connection);
        }

        Interlocked.Increment(ref _refused);
        return Refusal.Refuse(connection, this, ConnectionEndReason.Refused, $"the address {(connection.RemoteEndPoint as IPEndPoint)?.Address} is not allowed", _logger);
    };

    private static Rules ReadRules(AddressFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (AddressSet allow, AddressSet deny) = options.Read();
        return new Rules(allow, deny, options.AllowLocal);
    }

    private bool IsAllowed(EndPoint? peer)
    {
        Rules rules = Volatile.Read(ref _rules);
        return peer is IPEndPoint { Address: { } address }
            ? !rules.Deny.Contains(address) && (rules.Allow.IsEmpty || rules.Allow.Contains(address))
            : rules.AllowLocal;
    }

    private sealed record Rules(AddressSet Allow, AddressSet Deny, bool AllowLocal);
}
