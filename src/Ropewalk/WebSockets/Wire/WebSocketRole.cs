namespace Ropewalk.WebSockets.Wire;

/// <summary>Says which end of a connection this side is: a client masks what it sends, a server does not.</summary>
internal enum WebSocketRole
{
    Client,
    Server,
}
