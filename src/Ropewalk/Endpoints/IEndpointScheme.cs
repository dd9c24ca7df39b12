using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Endpoints;

/// <summary>
/// Makes listeners and connections for one scheme of endpoint strings. Register your own with <c>EndpointSchemes.Add</c>; a scheme that
/// wraps another (<c>tls:</c>, <c>proxy:</c>) asks the context for the inner one and adds its front.
/// </summary>
public interface IEndpointScheme
{
    /// <summary>Gets the scheme's name, lower case: what stands before the first colon.</summary>
    string Name => Syntax.Name;

    /// <summary>Gets what an endpoint string of this scheme may say.</summary>
    EndpointSyntax Syntax { get; }

    /// <summary>Starts listening. Names are resolved, activation sockets taken and certificates loaded here.</summary>
    /// <exception cref="EndpointException">The endpoint cannot be listened on: in use, not permitted, no such socket, a bad certificate.</exception>
    ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken);

    /// <summary>Connects. What the scheme wraps around the stream (TLS) is in place when this completes.</summary>
    /// <exception cref="EndpointException">The endpoint cannot be reached: refused, timed out, no such name.</exception>
    ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken);
}
