namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one change of a channel's modes.</summary>
/// <param name="IsSet">True for plus.</param>
/// <param name="Letter">The mode's letter.</param>
/// <param name="Parameter">Its parameter, or null.</param>
/// <param name="Member">The member whose rank changes, or null.</param>
internal sealed record IrcModeChange(bool IsSet, char Letter, byte[]? Parameter = null, IrcMembership? Member = null);
