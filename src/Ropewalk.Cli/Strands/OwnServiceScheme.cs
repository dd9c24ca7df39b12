using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.Schemes;

namespace Ropewalk.Cli.Strands;

/// <summary>
/// Connects to <c>mem:NAME</c>: the service of that name in this process, by the first TCP port that it is bound to now, whichever the system chose; where no service has
/// the name, whatever listens on it in memory.
/// </summary>
internal sealed class OwnServiceScheme(Func<IStatusSource> status) : IEndpointScheme
{
    private readonly MemoryEndpointScheme _memory = new();

    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Memory;

    /// <summary>Makes a context in which it connects; everything else is the given one's.</summary>
    public static EndpointContext Extend(EndpointContext context, Func<IStatusSource> status) => new()
    {
        Schemes = EndpointSchemes.CreateDefault().Add(new OwnServiceScheme(status)),
        StreamConnections = context.StreamConnections,
        Memory = context.Memory,
        NameResolver = context.NameResolver,
        TimeProvider = context.TimeProvider,
        LoggerFactory = context.LoggerFactory,
        Services = context.Services,
    };

    /// <inheritdoc/>
    public ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        _memory.ListenAsync(spec, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        if (status().Capture().Services.FirstOrDefault(service => service.Name == spec.Path) is not { } service)
        {
            return _memory.ConnectAsync(spec, context, cancellationToken);
        }

        foreach (EndpointStatus endpoint in service.Endpoints)
        {
            if (EndpointSpec.TryParse(endpoint.Endpoint, out EndpointSpec? at, out _) && at.Scheme == "tcp" && new RunningEndpoint(at, endpoint.BoundTo).Reachable is { } reachable)
            {
                return context.ConnectTcpAsync(EndpointSpec.Tcp(reachable.Address.ToString(), reachable.Port), cancellationToken);
            }
        }

        throw new EndpointException($"The service {spec.Path} of this process listens on no tcp: endpoint; say where the server is.", ErrorSide.Local);
    }
}
