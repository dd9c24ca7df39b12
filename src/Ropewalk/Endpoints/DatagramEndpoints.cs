using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Transports.Datagrams;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Endpoints;

/// <summary>Binds datagram ports to endpoint strings.</summary>
public static class DatagramEndpoints
{
    /// <summary>
    /// Binds <c>udp:[HOST:]PORT[:workers=N][:rcvbuf=BYTES][:sndbuf=BYTES]</c>, or a UDP socket that was handed over (<c>fd:N[:udp]</c>,
    /// <c>systemd:NAME[:udp]</c>). Without a host one dual-stack port takes both families; a name's addresses are all bound.
    /// </summary>
    /// <param name="context">The network, the resolver and the schemes.</param>
    /// <param name="at">Where. A bare <c>HOST:PORT</c> means <c>udp:</c>.</param>
    /// <param name="handler">What is called with each batch; from several threads if there are several workers or addresses.</param>
    /// <param name="options">Threads and sizes; null for the defaults. What the endpoint string says comes on top.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointException">The endpoint cannot be bound, or is not one of datagrams.</exception>
    public static async ValueTask<IDatagramPort> BindDatagramsAsync(
        this EndpointContext context,
        EndpointSpec at,
        DatagramHandler handler,
        DatagramPortOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(handler);
        if (at.IsBare)
        {
            at = at.WithScheme("udp", context.Schemes);
        }

        try
        {
            var binding = new Binding(context, Merge(at, options), handler);
            return at.Scheme switch
            {
                "udp" => await binding.BindUdpAsync(at, cancellationToken),
                "fd" => await binding.BindAllAsync([Inherited(int.Parse(at.Path, CultureInfo.InvariantCulture))], cancellationToken),
                "systemd" => await binding.BindAllAsync(Activated(at, context), cancellationToken),
                _ => throw new EndpointException($"The endpoint {at} is not one of datagrams.", ErrorSide.Local),
            };
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfListening(at, exception);
        }
        catch (Exception exception) when (exception is OptionsValidationException or NotSupportedException)
        {
            throw new EndpointException($"Cannot listen on {at}: {exception.Message}", ErrorSide.Local, exception);
        }
    }

    /// <summary>Tells UDP sockets from stream sockets where they were handed over, for a service that takes both: looks at the descriptors.</summary>
    /// <param name="at">The endpoint as it was written.</param>
    /// <returns>
    /// <c>fd:3</c> as <c>fd:3:udp</c> if it is a UDP socket; <c>systemd:dns</c> as <c>systemd:dns:udp</c>, or as that and <c>systemd:dns:tcp</c> where both have the name; any other as it is.
    /// </returns>
    public static IReadOnlyList<EndpointSpec> SplitInherited(EndpointSpec at)
    {
        ArgumentNullException.ThrowIfNull(at);
        if (at.Scheme is not ("fd" or "systemd") || at.Keys.Count > 0)
        {
            return [at];
        }

        IReadOnlyList<int> descriptors = at.Scheme == "fd" ? [int.Parse(at.Path, CultureInfo.InvariantCulture)]
            : SocketActivation.FromEnvironment().TryFind(at.Path, out IReadOnlyList<int> found) is null ? found : [];
        int datagrams = descriptors.Count(InheritedSocket.IsDatagram);
        return datagrams == 0 ? [at] : datagrams == descriptors.Count ? [at.WithKey("udp")] : [at.WithKey("udp"), at.WithKey("tcp")];
    }

    private static FileHandleEndPoint Inherited(int descriptor) => new((ulong)descriptor, FileHandleType.Auto);

    private static EndPoint[] Activated(EndpointSpec at, EndpointContext context)
    {
        SocketActivation activation = context.Schemes.TryGet("systemd", out IEndpointScheme? scheme) && scheme is SystemdEndpointScheme systemd
            ? systemd.Activation
            : SocketActivation.FromEnvironment();
        return activation.TryFind(at.Path, out IReadOnlyList<int> descriptors) is { } wrong
            ? throw new EndpointException($"Cannot listen on {at}: {wrong}.", ErrorSide.Local)
            : [.. descriptors.Where(descriptor => !at.Has("udp") || InheritedSocket.IsDatagram(descriptor)).Select(Inherited)];
    }

    private static DatagramPortOptions Merge(EndpointSpec at, DatagramPortOptions? options)
    {
        DatagramPortOptions merged = (options ?? new DatagramPortOptions()).Copy();
        merged.Workers = (int)(at.GetNumber("workers") ?? merged.Workers);
        merged.ReceiveBufferBytes = (int)(at.GetNumber("rcvbuf") ?? merged.ReceiveBufferBytes);
        merged.SendBufferBytes = (int)(at.GetNumber("sndbuf") ?? merged.SendBufferBytes);
        return merged;
    }

    private sealed record Binding(EndpointContext Context, DatagramPortOptions Options, DatagramHandler Handler)
    {
        public async ValueTask<IDatagramPort> BindUdpAsync(EndpointSpec at, CancellationToken cancellationToken)
        {
            int port = at.Port!.Value;
            if (at.Address is { } address)
            {
                return await BindOneAsync(new IPEndPoint(address, port), cancellationToken);
            }

            if (at.Host is null)
            {
                try
                {
                    return await BindOneAsync(new IPEndPoint(IPAddress.IPv6Any, port), cancellationToken);
                }
                catch (Exception exception) when (IsAddressMissing(exception))
                {
                    return await BindOneAsync(new IPEndPoint(IPAddress.Any, port), cancellationToken);  // no IPv6 at all
                }
            }

            IReadOnlyList<IPAddress> addresses = await NameLookup.ResolveAllAsync(Context.NameResolver, at.Host, cancellationToken);
            return addresses.Count > 0
                ? await BindAllAsync([.. addresses.Select(found => new IPEndPoint(found, port))], cancellationToken)
                : throw new EndpointException($"Cannot listen on {at}: the name has no address.", ErrorSide.Local);
        }

        public async ValueTask<IDatagramPort> BindAllAsync(EndPoint[] places, CancellationToken cancellationToken)
        {
            var bound = new List<IDatagramPort>();
            Exception? missing = null;
            try
            {
                foreach (EndPoint place in places)
                {
                    try
                    {
                        // port 0 is chosen once, for all addresses
                        EndPoint at = place is IPEndPoint { Port: 0 } ip && bound.Count > 0 ? new IPEndPoint(ip.Address, bound[0].LocalEndPoint.Port) : place;
                        bound.Add(await BindOneAsync(at, cancellationToken));
                    }
                    catch (Exception exception) when (IsAddressMissing(exception))
                    {
                        missing = exception;  // localhost has ::1 in most hosts files, also where the machine has not
                    }
                }
            }
            catch
            {
                foreach (IDatagramPort port in bound)
                {
                    await port.DisposeAsync();
                }

                throw;
            }

            return bound.Count switch
            {
                0 => throw new SocketException((int)(EndpointFailure.FindSocketError(missing) ?? SocketError.AddressNotAvailable)),
                1 => bound[0],
                _ => new JoinedDatagramPort(bound),
            };
        }

        private ValueTask<IDatagramPort> BindOneAsync(EndPoint at, CancellationToken cancellationToken)
            => Context.DatagramPorts.BindAsync(at, Handler, Options, cancellationToken);

        private static bool IsAddressMissing(Exception exception) => EndpointFailure.FindSocketError(exception)
            is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported;
    }
}
