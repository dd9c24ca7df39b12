using System.Net;
using System.Net.Sockets;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Is an endpoint string where .NET wants an <see cref="EndPoint"/>: <c>KestrelServerOptions.Listen</c> takes it as any other.</summary>
public sealed class EndpointSpecEndPoint : EndPoint
{
    /// <summary>Creates the end point.</summary>
    public EndpointSpecEndPoint(EndpointSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
    }

    /// <summary>Gets the endpoint.</summary>
    public EndpointSpec Spec { get; }

    /// <inheritdoc/>
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;

    /// <summary>Formats the endpoint without its secrets.</summary>
    public override string ToString() => Spec.ToString();
}
