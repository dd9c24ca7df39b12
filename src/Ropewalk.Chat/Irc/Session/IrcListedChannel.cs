namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is one channel in the answer to <c>LIST</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Members">How many there are, as far as they are visible.</param>
/// <param name="Topic">The topic; empty for none.</param>
public sealed record IrcListedChannel(string Name, int Members, string Topic);
