using System.Net;
using System.Net.Sockets;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>Binds a datagram port to an endpoint string.</summary>
internal static class DatagramBinding
{
    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    public static async ValueTask<IDatagramPort> BindAsync(
        EndpointSpec spec, EndpointContext context, DatagramHandler handler, DatagramPortOptions? options, CancellationToken cancellationToken)
    {
        DatagramPortOptions settings = Merge(spec, options);
        try
        {
            if (spec.Host is null)
            {
                return await BindAnyAsync(spec.Port!.Value, context, handler, settings, cancellationToken);
            }

            IPAddress address = spec.Address ?? await ResolveAsync(spec, context, cancellationToken);
            return await context.DatagramPorts.BindAsync(new IPEndPoint(address, spec.Port!.Value), handler, settings, cancellationToken);
        }
        catch (Exception e) when (EndpointFailure.IsExpected(e))
        {
            throw EndpointFailure.OfListening(spec, e);
        }
    }

    // One dual-stack socket takes both families; where the system has no IPv6 at all the IPv4 one does.
    private static async ValueTask<IDatagramPort> BindAnyAsync(
        int port, EndpointContext context, DatagramHandler handler, DatagramPortOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.IPv6Any, port), handler, options, cancellationToken);
        }
        catch (Exception e) when (EndpointFailure.FindSocketError(e)
            is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported)
        {
            return await context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, port), handler, options, cancellationToken);
        }
    }

    private static async ValueTask<IPAddress> ResolveAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        foreach (AddressFamily family in Families)
        {
            IReadOnlyList<IPAddress> addresses = await context.NameResolver.ResolveAsync(spec.Host!, family, cancellationToken);
            if (addresses.Count > 0)
            {
                return addresses[0];
            }
        }

        throw new EndpointException($"Cannot listen on {spec}: the name has no address.", ErrorSide.Local);
    }

    // What the endpoint string says comes on top of what the service wants.
    private static DatagramPortOptions Merge(EndpointSpec spec, DatagramPortOptions? options)
    {
        DatagramPortOptions from = options ?? new DatagramPortOptions();
        return new DatagramPortOptions
        {
            Workers = (int)(spec.GetNumber("workers") ?? from.Workers),
            ReceiveBufferBytes = (int)(spec.GetNumber("rcvbuf") ?? from.ReceiveBufferBytes),
            SendBufferBytes = (int)(spec.GetNumber("sndbuf") ?? from.SendBufferBytes),
            BatchSize = from.BatchSize,
            MaxDatagramBytes = from.MaxDatagramBytes,
            MaxReplyBytes = from.MaxReplyBytes,
            SendTimeout = from.SendTimeout,
            DualStack = from.DualStack,
            Mode = from.Mode,
        };
    }
}
