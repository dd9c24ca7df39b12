using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>
/// Listens on <c>systemd:NAME</c> or <c>systemd:INDEX</c>: sockets that the service manager bound (socket activation). Several of one name
/// are listened on together; <c>systemd:</c> alone means the only one there is.
/// </summary>
public sealed class SystemdEndpointScheme : IEndpointScheme
{
    private readonly SocketActivation _activation;

    /// <summary>Creates the scheme.</summary>
    /// <param name="activation">What was handed over; null for what this process's environment says.</param>
    public SystemdEndpointScheme(SocketActivation? activation = null) => _activation = activation ?? SocketActivation.FromEnvironment();

    internal SocketActivation Activation => _activation;

    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Systemd;

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        if (_activation.TryFind(spec.Path, out IReadOnlyList<int> descriptors) is { } wrong)
        {
            throw new EndpointException($"Cannot listen on {spec}: {wrong}.", ErrorSide.Local);
        }

        var listeners = new List<IConnectionListener>();
        foreach (int descriptor in descriptors.Where(descriptor => !spec.Has("tcp") || !InheritedSocket.IsDatagram(descriptor)))
        {
            listeners.Add(await FileDescriptorEndpointScheme.BindAsync(spec, descriptor, context, cancellationToken));
        }

        if (listeners.Count == 0)
        {
            throw new EndpointException($"Cannot listen on {spec}: no activated socket of that name is a stream socket.", ErrorSide.Local);
        }

        return new EndpointListener(listeners is [IConnectionListener only] ? only : new JoinedListener(listeners));
    }

    /// <inheritdoc/>
    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        throw new EndpointException($"Cannot connect to {spec}: the scheme {spec.Scheme}: only listens.", ErrorSide.Local);
}
