namespace Ping.Session;

/// <summary>Is what a server's session tells: a token to be answered by <see cref="PingServerSession.Answer"/>.</summary>
public readonly record struct PingServerEvent(string Token);
