using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Reactor;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Transports;

/// <summary>
/// The process's default stream transport: the reactor where the system has what it needs, .NET's sockets elsewhere. It is made on first use
/// and lives as long as the process; who wants other options makes a transport and puts it into <c>EndpointContext</c>.
/// </summary>
public static class StreamTransports
{
    private static readonly Lazy<ReactorTransport?> Reactor = new(static () => ReactorTransport.IsSupported ? new ReactorTransport() : null);
    private static readonly Lazy<SocketTransport> Sockets = new(static () => new SocketTransport());

    /// <summary>Gets what listens.</summary>
    public static IConnectionListenerFactory Listeners => Reactor.Value is { } reactor ? reactor : Sockets.Value;

    /// <summary>Gets what connects.</summary>
    public static IConnectionFactory Connections => Reactor.Value is { } reactor ? reactor : Sockets.Value;
}
