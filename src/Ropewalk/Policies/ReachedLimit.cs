using System.Globalization;

namespace Ropewalk.Policies;

/// <summary>Is the one of a policy's limits that a connection has met.</summary>
/// <param name="Name">Its name, as logs have it: one of a few fixed words.</param>
/// <param name="Value">How many it allows.</param>
/// <param name="Peer">Who has reached it; null where it is everybody together.</param>
internal readonly record struct ReachedLimit(string Name, int Value, AddressPrefix? Peer)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} {(Value == 1 ? "connection" : "connections")}{(Peer is { } from ? $" from {from}" : "")} {(Value == 1 ? "is" : "are")} open");
}
