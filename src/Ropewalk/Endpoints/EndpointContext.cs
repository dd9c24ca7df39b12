using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Client;

namespace Ropewalk.Endpoints;

/// <summary>
/// Holds what schemes need to listen and to connect: the transports behind the seam, names, time, logs. A simulation replaces all of it here.
/// </summary>
public sealed class EndpointContext
{
    /// <summary>Gets the schemes. Default: <see cref="EndpointSchemes.CreateDefault"/>.</summary>
    public EndpointSchemes Schemes { get; init; } = EndpointSchemes.CreateDefault();

    /// <summary>Gets what listens on an <c>IPEndPoint</c>, a <c>UnixDomainSocketEndPoint</c> or a <c>FileHandleEndPoint</c>.</summary>
    public IConnectionListenerFactory? StreamListeners { get; init; }

    /// <summary>Gets what connects to an <c>IPEndPoint</c> or a <c>UnixDomainSocketEndPoint</c>.</summary>
    public IConnectionFactory? StreamConnections { get; init; }

    /// <summary>Gets what resolves names. Default: the system's resolver.</summary>
    public INameResolver NameResolver { get; init; } = SystemNameResolver.Shared;

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets where logs go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Gets the application's services, or null outside a host.</summary>
    public IServiceProvider? Services { get; init; }

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

    internal IConnectionListenerFactory RequireListeners() =>
        StreamListeners ?? throw new InvalidOperationException("EndpointContext.StreamListeners is not set.");

    internal IConnectionFactory RequireConnections() =>
        StreamConnections ?? throw new InvalidOperationException("EndpointContext.StreamConnections is not set.");

    private IEndpointScheme FindScheme(EndpointSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Scheme.Length == 0)
        {
            throw new ArgumentException($"The endpoint {spec} has no scheme; give it one with WithScheme.", nameof(spec));
        }

        return Schemes.TryGet(spec.Scheme, out IEndpointScheme? scheme)
            ? scheme
            : throw new EndpointException($"The endpoint {spec} is not one of streams.", Diagnostics.ErrorSide.Local);
    }
}
