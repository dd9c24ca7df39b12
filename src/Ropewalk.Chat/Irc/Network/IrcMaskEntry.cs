namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one entry of a channel's list of bans, exemptions or invitations.</summary>
/// <param name="Mask">The mask, or an extended ban: <c>m:</c> mutes who matches, <c>R:</c> matches an account.</param>
/// <param name="SetBy">The nickname of who set it.</param>
/// <param name="SetAt">When.</param>
internal sealed record IrcMaskEntry(byte[] Mask, byte[] SetBy, DateTimeOffset SetAt);
