using Ropewalk.Policies;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Keeps users or addresses out of the server.</summary>
/// <param name="Kind">What the mask is held against.</param>
/// <param name="Mask">The mask, or the network.</param>
/// <param name="Reason">Why: told to who is kept out.</param>
/// <param name="SetBy">The operator.</param>
/// <param name="SetAt">When.</param>
/// <param name="Until">When it ends, or null.</param>
internal sealed record IrcServerBan(IrcServerBanKind Kind, string Mask, string Reason, string SetBy, DateTimeOffset SetAt, DateTimeOffset? Until)
{
    /// <summary>Gets the network, where the mask is one.</summary>
    public AddressSet? Networks { get; } = Kind == IrcServerBanKind.Address ? AddressSet.Parse([Mask]) : null;
}
