namespace Ropewalk.Chat.Irc.Client;

/// <summary>Is what a host has said, on a secure connection, of how it is to be reached. <b>Spec</b>: IRCv3 STS.</summary>
/// <param name="Port">The port for secure connections.</param>
/// <param name="Expires">Until when only those may be made.</param>
/// <param name="Duration">How long that is from the end of a connection.</param>
public sealed record IrcStsPolicy(int Port, DateTimeOffset Expires, TimeSpan Duration);
