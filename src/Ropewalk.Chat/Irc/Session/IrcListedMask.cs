namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is one entry of a channel's list of masks: a ban, an exception, an invitation.</summary>
/// <param name="Mask">Whom it is about.</param>
/// <param name="SetBy">Who set it; null where it was not told.</param>
/// <param name="SetAt">When; null where it was not told.</param>
public sealed record IrcListedMask(string Mask, string? SetBy, DateTimeOffset? SetAt);
