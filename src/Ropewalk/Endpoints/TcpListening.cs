using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;

namespace Ropewalk.Endpoints;

/// <summary>Listens on the host and port of an endpoint: all addresses, one, or all that a name has.</summary>
internal static class TcpListening
{
    // a port that the system chose for a name's first address may be taken on the second
    private const int MaxChosenPorts = 8;

    public static async ValueTask<IConnectionListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        int port = spec.Port ?? throw new ArgumentException($"The endpoint {spec} has no port.", nameof(spec));
        try
        {
            return spec.Host is null ? await BindAnyAsync(port, context, cancellationToken)
                : spec.Address is { } address ? await context.StreamListeners.BindAsync(new IPEndPoint(address, port), cancellationToken)
                : await BindNameAsync(spec, port, context, cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfListening(spec, exception);
        }
    }

    // one dual-stack socket takes both families; where the system has no IPv6 at all the IPv4 one does
    private static async ValueTask<IConnectionListener> BindAnyAsync(int port, EndpointContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.StreamListeners.BindAsync(new IPEndPoint(IPAddress.IPv6Any, port), cancellationToken);
        }
        catch (Exception exception) when (IsAddressMissing(exception))
        {
            return await context.StreamListeners.BindAsync(new IPEndPoint(IPAddress.Any, port), cancellationToken);
        }
    }

    private static async ValueTask<IConnectionListener> BindNameAsync(EndpointSpec spec, int port, EndpointContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await NameLookup.ResolveAllAsync(context.NameResolver, spec.Host!, cancellationToken);
        if (addresses.Count == 0)
        {
            throw new EndpointException($"Cannot listen on {spec}: the name has no address.", ErrorSide.Local);
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await BindAllAsync(addresses, port, context, cancellationToken);
            }
            catch (Exception exception) when (port == 0 && attempt < MaxChosenPorts && EndpointFailure.IsInUse(exception))
            {
                // another port will be chosen
            }
        }
    }

    private static async ValueTask<IConnectionListener> BindAllAsync(IReadOnlyList<IPAddress> addresses, int port, EndpointContext context, CancellationToken cancellationToken)
    {
        var bound = new List<IConnectionListener>();
        Exception? missing = null;
        try
        {
            foreach (IPAddress address in addresses)
            {
                try
                {
                    IConnectionListener listener = await context.StreamListeners.BindAsync(new IPEndPoint(address, port), cancellationToken);
                    bound.Add(listener);
                    port = port == 0 && listener.EndPoint is IPEndPoint chosen ? chosen.Port : port;
                }
                catch (Exception exception) when (IsAddressMissing(exception))
                {
                    // localhost has ::1 in most hosts files, also where the machine has not
                    missing = exception;
                }
            }
        }
        catch
        {
            foreach (IConnectionListener listener in bound)
            {
                await listener.DisposeAsync();
            }

            throw;
        }

        return bound.Count switch
        {
            0 => throw new SocketException((int)(EndpointFailure.FindSocketError(missing) ?? SocketError.AddressNotAvailable)),
            1 => bound[0],
            _ => new JoinedListener(bound),
        };
    }

    private static bool IsAddressMissing(Exception exception) => EndpointFailure.FindSocketError(exception)
        is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported;
}
