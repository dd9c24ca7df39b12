namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what an account gets in a registered channel.</summary>
/// <param name="Ranks">Its ranks.</param>
/// <param name="Since">When the account was made, in seconds of Unix time: one of the same name that was made later is another's, and inherits nothing.</param>
internal readonly record struct IrcAccess(IrcMemberModes Ranks, long Since);
