using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Policies;

/// <summary>Refuses connections and datagrams by the peer's address.</summary>
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

    /// <summary>Takes other rules: for new connections, and for datagrams from the next batch on.</summary>
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

    /// <summary>Puts the policy before a handler of datagrams: what is refused is not seen by it, and not answered. Nothing is allocated, and without rules nothing is looked at.</summary>
    public DatagramHandler Apply(DatagramHandler next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return (ref batch) =>
        {
            Rules rules = Volatile.Read(ref _rules);
            if (!rules.IsOpen && batch.Count > 0 && !KeepAllowed(ref batch, rules))
            {
                return;
            }

            next(ref batch);
        };
    }

    private bool KeepAllowed(ref DatagramBatch batch, Rules rules)
    {
        // From behind: the last takes the place of one that is removed, and has been looked at.
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            if (!rules.Allows(batch[i].Peer))
            {
                batch.Remove(i);
                Interlocked.Increment(ref _refused);
            }
        }

        return batch.Count > 0;
    }

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

    private sealed record Rules(AddressSet Allow, AddressSet Deny, bool AllowLocal)
    {
        public bool IsOpen { get; } = Allow.IsEmpty && Deny.IsEmpty;

        public bool Allows(in PeerAddress peer) => !Deny.Contains(peer) && (Allow.IsEmpty || Allow.Contains(peer));
    }
}
