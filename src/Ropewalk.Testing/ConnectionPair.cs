using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing;

/// <summary>Makes two connections that are the two ends of one, in memory: what one side sends the other receives, with half-close and backpressure.</summary>
public static class ConnectionPair
{
    /// <summary>Creates a pair with the engine's usual buffers.</summary>
    /// <remarks><b>Lifetime</b>: dispose both. Disposing one is its end of both directions.</remarks>
    public static (ConnectionContext Client, ConnectionContext Server) Create() => PipedConnection.CreatePair(64 * 1024);
}
