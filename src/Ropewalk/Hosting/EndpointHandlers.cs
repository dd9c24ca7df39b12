using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>Holds what one endpoint of an instance calls.</summary>
internal sealed record EndpointHandlers(ConnectionDelegate? Connections, DatagramHandler? Datagrams, DatagramPortOptions? DatagramOptions)
{
    /// <summary>Asks an instance; null where it does not take what the endpoint brings.</summary>
    public static EndpointHandlers? TryGet(ServiceInstance instance, EndpointSpec endpoint)
    {
        if (EndpointIdentity.IsDatagram(endpoint))
        {
            return instance.GetDatagrams(endpoint) is { } datagrams
                ? new EndpointHandlers(null, datagrams, instance.GetDatagramOptions(endpoint))
                : null;
        }

        return instance.GetConnections(endpoint) is { } connections ? new EndpointHandlers(connections, null, null) : null;
    }
}
