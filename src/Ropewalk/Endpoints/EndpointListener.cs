using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Endpoints;

/// <summary>
/// A bound listener and what must happen on each of its connections before the application sees it. The front (a TLS handshake, a PROXY
/// header) runs on the connection's own task, so that no connection's handshake can block the accept loop.
/// </summary>
/// <param name="Listener">The transport's listener.</param>
/// <param name="Front">Wraps the application; null where the raw connection is the application's.</param>
public sealed record EndpointListener(IConnectionListener Listener, Func<ConnectionDelegate, ConnectionDelegate>? Front = null);
