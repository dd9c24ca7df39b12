namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names what a ban of the server is held against.</summary>
internal enum IrcServerBanKind
{
    /// <summary><c>nick!user@host</c>: KLINE.</summary>
    Mask,

    /// <summary>An address or a network: DLINE.</summary>
    Address,
}
