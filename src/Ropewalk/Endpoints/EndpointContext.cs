using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Endpoints;

/// <summary>
/// Holds what schemes need to listen and to connect: the transports behind the seam, names, time, logs. A simulation replaces all of it here.
/// </summary>
public sealed class EndpointContext
{
    private IConnectionListenerFactory? _streamListeners;
    private IConnectionFactory? _streamConnections;

    /// <summary>Gets the schemes. Default: <see cref="EndpointSchemes.CreateDefault"/>.</summary>
    public EndpointSchemes Schemes { get; init; } = EndpointSchemes.CreateDefault();

    /// <summary>Gets what listens on an <c>IPEndPoint</c> or a <c>FileHandleEndPoint</c>. Default: <see cref="StreamTransports"/>.</summary>
    public IConnectionListenerFactory StreamListeners { get => _streamListeners ??= StreamTransports.Listeners; init => _streamListeners = value; }

    /// <summary>Gets what connects to an <c>IPEndPoint</c> or a <c>UnixDomainSocketEndPoint</c>. Default: <see cref="StreamTransports"/>.</summary>
    public IConnectionFactory StreamConnections { get => _streamConnections ??= StreamTransports.Connections; init => _streamConnections = value; }

    /// <summary>Gets what binds the ports of <c>udp:</c>. Default: <see cref="DatagramTransport"/>.</summary>
    public IDatagramPortFactory DatagramPorts { get => field ??= new DatagramTransport(LoggerFactory); init; }

    /// <summary>Gets the network of the names behind <c>mem:</c>. Default: one of this context's own.</summary>
    public MemoryTransport Memory { get; init; } = new();

    /// <summary>Gets what resolves names. Default: the system's resolver.</summary>
    public INameResolver NameResolver { get; init; } = SystemNameResolver.Shared;

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets where logs go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Gets the application's services, or null outside a host.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>Gets the connection on whose behalf others are made, or null: <c>proxy:</c> endpoints tell its addresses.</summary>
    public ConnectionContext? Origin { get; private set; }

    /// <summary>Copies the context for connections that are made on behalf of another: a relay's, for instance.</summary>
    public EndpointContext WithOrigin(ConnectionContext origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var copy = (EndpointContext)MemberwiseClone();
        copy.Origin = origin;
        return copy;
    }

    /// <summary>Listens: finds the scheme and asks it.</summary>
    /// <exception cref="EndpointException">The endpoint cannot be listened on.</exception>
    public ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, CancellationToken cancellationToken = default) =>
        FindScheme(spec).ListenAsync(spec, this, cancellationToken);

    /// <summary>Connects: finds the scheme and asks it.</summary>
    /// <exception cref="EndpointException">The endpoint cannot be reached.</exception>
    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, CancellationToken cancellationToken = default) =>
        FindScheme(spec).ConnectAsync(spec, this, cancellationToken);

    /// <summary>Listens on the host and port of an endpoint, whatever its scheme: what a scheme that puts a front before TCP builds on.</summary>
    /// <exception cref="EndpointException">The endpoint cannot be listened on.</exception>
    public ValueTask<IConnectionListener> ListenTcpAsync(EndpointSpec spec, CancellationToken cancellationToken = default) =>
        TcpListening.ListenAsync(spec, this, cancellationToken);

    /// <summary>Connects to the host and port of an endpoint, whatever its scheme. A name's addresses are tried as RFC 8305 says.</summary>
    /// <exception cref="EndpointException">The endpoint cannot be reached.</exception>
    public ValueTask<ConnectionContext> ConnectTcpAsync(EndpointSpec spec, CancellationToken cancellationToken = default) =>
        TcpConnecting.ConnectAsync(spec, this, cancellationToken);

    /// <summary>Copies the context with something else that listens.</summary>
    internal EndpointContext With(IConnectionListenerFactory streamListeners)
    {
        var copy = (EndpointContext)MemberwiseClone();
        copy._streamListeners = streamListeners;
        return copy;
    }

    /// <summary>Copies the context with something else that connects.</summary>
    internal EndpointContext With(IConnectionFactory streamConnections)
    {
        var copy = (EndpointContext)MemberwiseClone();
        copy._streamConnections = streamConnections;
        return copy;
    }

    private IEndpointScheme FindScheme(EndpointSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Scheme.Length == 0)
        {
            throw new ArgumentException($"The endpoint {spec} has no scheme; give it one with WithScheme.", nameof(spec));
        }

        return Schemes.TryGet(spec.Scheme, out IEndpointScheme? scheme)
            ? scheme
            : throw new EndpointException($"The endpoint {spec} is not one of streams.", ErrorSide.Local);
    }
}
