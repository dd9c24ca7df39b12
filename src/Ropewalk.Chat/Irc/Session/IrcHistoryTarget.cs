namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a channel, or a correspondent, that something was said to.</summary>
/// <param name="Name">Which.</param>
/// <param name="LatestAt">When the last message was sent; null where the server did not say.</param>
public sealed record IrcHistoryTarget(string Name, DateTimeOffset? LatestAt);
