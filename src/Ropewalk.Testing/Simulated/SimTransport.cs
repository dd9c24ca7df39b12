using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing.Simulated;

/// <summary>Listens and connects on one simulated host, for one of its lives.</summary>
internal sealed class SimTransport(SimHost host, HostLife life, Network network) : IConnectionListenerFactory, IConnectionFactory
{
    private const int FirstEphemeralPort = 49_152;  // RFC 6335 §6

    /// <summary>Seven requests, the last of which is given up after 127 s (Linux's tcp_syn_retries).</summary>
    private const int MostRequests = 7;

    private readonly List<SimListener> _listeners = [];
    private int _lastPort = FirstEphemeralPort - 1;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        network.Loop.Touch("Listening on a simulated host");
        var at = endpoint as IPEndPoint ?? throw new NotSupportedException($"A simulated host listens on IP addresses, not on {endpoint}.");
        if (!IsAny(at.Address) && network.Find(host, at.Address) != host)
        {
            throw new SocketException((int)SocketError.AddressNotAvailable);
        }

        SimListener bound;
        lock (_listeners)
        {
            at = at.Port == 0 ? new IPEndPoint(at.Address, NextPort()) : at;
            if (_listeners.Any(listener => listener.At.Port == at.Port && (listener.At.Address.Equals(at.Address) || IsAny(listener.At.Address) || IsAny(at.Address))))
            {
                throw new AddressInUseException($"{at} is in use on {host}.");
            }

            bound = new SimListener(at, _listeners);
            _listeners.Add(bound);
        }

        network.Log.Add(host.Name, $"listens on {at}");
        return ValueTask.FromResult<IConnectionListener>(bound);
    }

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        network.Loop.Touch("Connecting from a simulated host");
        await life.LiveAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var to = endpoint as IPEndPoint ?? throw new NotSupportedException($"A simulated host connects to IP addresses, not to {endpoint}.");
        SimHost target = network.Find(host, to.Address) ?? throw new SocketException((int)SocketError.HostUnreachable);
        IPAddress source = IPAddress.IsLoopback(to.Address) ? to.Address
            : host.Addresses.FirstOrDefault(address => address.AddressFamily == to.AddressFamily) ?? throw new SocketException((int)SocketError.NetworkUnreachable);
        var from = new IPEndPoint(source, NextPort());
        for (int attempt = 0; attempt < MostRequests; attempt++)
        {
            (bool isAnswered, SimConnection? connection) = await RequestAsync(target, from, to, attempt, cancellationToken);
            if (isAnswered)
            {
                await life.LiveAsync();
                return connection ?? throw new SocketException((int)SocketError.ConnectionRefused);
            }

            await WaitAsync(TimeSpan.FromSeconds(1 << attempt), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }

        throw new SocketException((int)SocketError.TimedOut);
    }

    /// <summary>Ends listening: the host's life is over.</summary>
    public void Close()
    {
        lock (_listeners)
        {
            _listeners.Clear();
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>Sends one request and waits for its answer.</summary>
    /// <returns>Whether there was one, and the connection unless it was a refusal.</returns>
    private async ValueTask<(bool IsAnswered, SimConnection? Connection)> RequestAsync(SimHost target, IPEndPoint from, IPEndPoint to, int attempt, CancellationToken cancellationToken)
    {
        LinkVerdict there = network.Judge(new LinkUnit(host, target, from, to, LinkUnitKind.Connect, 0, attempt, network.Time.Elapsed), out TimeSpan underWay);
        if (there.Kind == LinkVerdictKind.Drop || !target.HasPower)
        {
            return (false, null);
        }

        if (!await WaitAsync(underWay, cancellationToken))
        {
            return (false, null);
        }

        network.Capture(from, to, TcpFlags.Syn, 0, 0, []);
        HostLife asked = target.Life;
        SimListener? listener = there.Kind == LinkVerdictKind.Reset ? null : asked.Transport.FindListener(to);
        if (!target.HasPower || listener is { HasRoom: false })
        {
            return (false, null);
        }

        LinkVerdict back = network.Judge(new LinkUnit(target, host, to, from, LinkUnitKind.Connect, 0, attempt, network.Time.Elapsed), out underWay);
        if (back.Kind == LinkVerdictKind.Drop)
        {
            return (false, null);
        }

        if (!await WaitAsync(underWay, cancellationToken))
        {
            return (false, null);
        }

        network.Capture(to, from, listener is null ? TcpFlags.Reset | TcpFlags.Acknowledge : TcpFlags.Syn | TcpFlags.Acknowledge, 0, 1, []);
        return (true, listener is null ? null : Join(target, asked, listener, from, to));
    }

    /// <summary>Waits. Connecting is given up often, and an exception for each step of it would cost more than all the rest.</summary>
    /// <returns>False if it was given up.</returns>
    private async ValueTask<bool> WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Task.Delay(time, life.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return !cancellationToken.IsCancellationRequested;
    }

    private SimListener? FindListener(IPEndPoint to)
    {
        lock (_listeners)
        {
            return life.IsUp ? _listeners.Find(listener => listener.At.Port == to.Port && listener.Takes(to.Address)) : null;
        }
    }

    /// <summary>Joins the two ends: here at once, there when the acknowledgement has come.</summary>
    private SimConnection Join(SimHost target, HostLife asked, SimListener listener, IPEndPoint from, IPEndPoint to)
    {
        Way there = network.WayOf(host, target);
        var up = new SimPath(network, there);
        var down = new SimPath(network, network.WayOf(target, host));
        var client = new SimConnection(host, life, network, down, up, from, to);
        var server = new SimConnection(target, asked, network, up, down, to, from);
        if (asked.IsUp)
        {
            network.Events.Add(
                static state =>
                {
                    var (listener, server) = ((SimListener, SimConnection))state!;
                    if (!server.IsGone && !listener.TryOffer(server))
                    {
                        server.Abort(new ConnectionAbortedException("The listener has gone, or has no room."));
                    }
                },
                (listener, server),
                there.Settings.Latency);
        }
        else
        {
            // it has crashed since it answered: the acknowledgement finds a system that knows of nothing, or none
            server.Die(tellPeer: false);
            _ = target.HasPower && server.SendReset();
        }

        return client;
    }

    private int NextPort()
    {
        lock (_listeners)
        {
            do
            {
                _lastPort = _lastPort == ushort.MaxValue ? FirstEphemeralPort : _lastPort + 1;
            }
            while (_listeners.Any(listener => listener.At.Port == _lastPort));
            return _lastPort;
        }
    }
}
