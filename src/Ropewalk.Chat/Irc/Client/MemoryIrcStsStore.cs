using System.Collections.Concurrent;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Keeps policies as long as the process lives. A client that is started anew must learn them again, and can be lied to until then.</summary>
public sealed class MemoryIrcStsStore : IIrcStsStore
{
    // Some hundred networks are known at all; hosts are the caller's own choice.
    private const int MostHosts = 10_000;

    private readonly ConcurrentDictionary<string, IrcStsPolicy> _policies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the store that clients share by default.</summary>
    public static MemoryIrcStsStore Shared { get; } = new();

    /// <inheritdoc/>
    public ValueTask<IrcStsPolicy?> FindAsync(string host, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_policies.GetValueOrDefault(host));

    /// <inheritdoc/>
    public ValueTask PutAsync(string host, IrcStsPolicy? policy, CancellationToken cancellationToken = default)
    {
        if (policy is null)
        {
            _policies.TryRemove(host, out _);
        }
        else if (_policies.Count < MostHosts || _policies.ContainsKey(host))
        {
            _policies[host] = policy;
        }

        return ValueTask.CompletedTask;
    }
}
