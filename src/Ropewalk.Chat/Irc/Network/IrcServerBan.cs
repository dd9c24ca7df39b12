using System.Net;
using System.Text;
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
    private readonly byte[] _mask = Kind == IrcServerBanKind.Mask ? Encoding.UTF8.GetBytes(Mask) : [];

    /// <summary>Gets the network, where the mask is one.</summary>
    public AddressPrefix? Network { get; } = Kind == IrcServerBanKind.Address ? Parse(Mask) : null;

    /// <summary>Says whether the ban takes a user in.</summary>
    public bool Matches(IrcUser user) => Network is { } network
        ? user.Peer.Address is { } address && AddressPrefix.Of(address).Shorten(network.Length) == network
        : user.Matches(_mask);

    // What is not one, an operator could not have set.
    private static AddressPrefix Parse(string mask) => IPNetwork.TryParse(mask, out IPNetwork network)
        ? AddressPrefix.Of(network.BaseAddress, network.PrefixLength, network.PrefixLength)
        : AddressPrefix.Of(IPAddress.Parse(mask));
}
