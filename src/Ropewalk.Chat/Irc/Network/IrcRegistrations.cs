using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Knows the nicknames that belong to accounts. The accounts themselves are in their store.</summary>
internal sealed class IrcRegistrations
{
    private readonly HashSet<byte[]> _accounts = new(IrcCaseMapping.Ascii);

    public int Count => _accounts.Count;

    public void Add(byte[] account) => _accounts.Add(account);

    public void Remove(byte[] account) => _accounts.Remove(account);

    /// <summary>Says whether a nickname is somebody's account, and not this user's.</summary>
    public bool IsReservedFrom(IrcUser user, ReadOnlySpan<byte> nick) =>
        _accounts.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(nick) && !(user.Account is { } own && IrcCaseMapping.Ascii.Equals(nick, own));
}
