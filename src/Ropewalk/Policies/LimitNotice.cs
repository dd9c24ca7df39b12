using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;

namespace Ropewalk.Policies;

/// <summary>
/// Tells that a limit keeps connections away: of each limit three lines a second at most, for whoever meets a limit can meet it as often as he likes; and who meets his own does not hide that everybody's is met.
/// </summary>
internal sealed class LimitNotice(ILogger logger, TimeProvider? time)
{
    private const int MostPerSecond = 3;
    private const int WholeAddressBits = 128;

    // As many as there are limits.
    private readonly ConcurrentDictionary<string, LogGate> _gates = new(StringComparer.Ordinal);

    /// <summary>Tells it.</summary>
    /// <param name="limit">Which limit.</param>
    /// <param name="value">How much it allows.</param>
    /// <param name="peer">The address or network; null where it has none.</param>
    public void Tell(string limit, string value, AddressPrefix? peer)
    {
        if (logger.IsEnabled(LogLevel.Warning) && _gates.GetOrAdd(limit, static (_, time) => new LogGate(time ?? TimeProvider.System, MostPerSecond), time).TryPass(out long keptBack))
        {
            PolicyLog.LimitReached(logger, limit, value, peer is { } from ? Name(from) : "a peer without an address", LogGate.Describe(keptBack));
        }
    }

    private static string Name(AddressPrefix peer)
    {
        string text = peer.ToString();
        return peer.Length == WholeAddressBits ? text[..text.LastIndexOf('/')] : text;
    }
}
