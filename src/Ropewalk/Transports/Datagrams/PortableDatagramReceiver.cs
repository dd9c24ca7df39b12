using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Receives and sends through the runtime's sockets, on every system: one call per datagram, from a thread that blocks (half the cost of the
/// asynchronous calls). All workers wait on one socket.
/// </summary>
internal sealed unsafe class PortableDatagramReceiver : DatagramReceiver
{
    private readonly PeerSocketAddress _receivedFrom;
    private readonly PeerSocketAddress _sendTo;
    private readonly PeerSocketAddress _lateTo;
    private readonly Lock _lateTurn = new();
    private readonly bool _ipv6;

    public PortableDatagramReceiver(
        IDatagramPort port, int index, DatagramSocket socket, DatagramPortOptions options, DatagramHandlerSwitch handlers, DatagramLog log)
        : base(port, index, socket, options, handlers, log)
    {
        _ipv6 = socket.Local.IsIPv6;
        _receivedFrom = new PeerSocketAddress(_ipv6);
        _sendTo = new PeerSocketAddress(_ipv6);
        _lateTo = new PeerSocketAddress(_ipv6);
        for (int i = 0; i < Slots.Capacity; i++)
        {
            Slots.Received[i].Local = socket.Local;
        }
    }

    /// <summary>Sends an empty datagram from the port to itself: nothing else ends a wait on every system and leaves the queue whole.</summary>
    public override void Wake()
    {
        if (!BoundSocket.TryHold())
        {
            return;
        }

        try
        {
            BoundSocket.Socket.SendTo([], WakeEndPoint);
        }
        catch (SocketException)
        {
            // tried again while the thread has not ended
        }
        finally
        {
            BoundSocket.Release();
        }
    }

    protected override bool SendReply(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload) => Send(_sendTo, to, payload);

    protected override bool SendHeld(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
    {
        lock (_lateTurn)
        {
            return Send(_lateTo, to, payload);
        }
    }

    protected override void ServeOnce() => Take(wait: true);

    protected override int DrainOnce() => Take(wait: false);

    private IPEndPoint WakeEndPoint
    {
        get
        {
            var local = (IPEndPoint)BoundSocket.Socket.LocalEndPoint!;
            IPAddress loopback = _ipv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
            return BoundSocket.IsWildcard ? new IPEndPoint(loopback, local.Port) : local;
        }
    }

    private int Take(bool wait)
    {
        int taken;
        long bytes;
        bool woken;
        lock (BoundSocket.GatherTurn)
        {
            // who got here after the last wake-up was spent must not wait for another
            taken = Gather(wait && !IsStopping, out bytes, out woken);
        }

        if (taken > 0)
        {
            ReceiveSucceeded();
            Deliver(taken, bytes);
        }

        return woken ? Math.Max(1, taken) : taken;
    }

    private int Gather(bool wait, out long bytes, out bool woken)
    {
        int taken = 0;
        bytes = 0;
        woken = false;
        try
        {
            Socket socket = BoundSocket.Socket;
            while (taken < Slots.Capacity && ((taken == 0 && wait) || socket.Poll(0, SelectMode.SelectRead)))
            {
                if (ReceiveInto(ref Slots.Received[taken]))
                {
                    bytes += Slots.Received[taken++].Length;
                }
                else
                {
                    woken = true;  // not a datagram, and not the end of the queue
                    wait = false;
                }
            }
        }
        catch (SocketException error)
        {
            // Windows reports a datagram that was too long for the buffer, and an ICMP error about something sent earlier, here
            ReceiveFailed(error.ErrorCode);
        }

        return taken;
    }

    private bool ReceiveInto(ref ReceivedDatagram slot)
    {
        // one byte more than is given on: whoever fills it was too long
        var room = new Span<byte>(slot.Payload, Slots.ReceiveBytes + 1);
        int length = BoundSocket.Socket.ReceiveFrom(room, SocketFlags.None, _receivedFrom.Address);
        slot.Peer = _receivedFrom.Read();
        slot.IsTruncated = length > Slots.ReceiveBytes;
        slot.Length = Math.Min(length, Slots.ReceiveBytes);
        if (slot.IsTruncated)
        {
            Truncated++;
        }

        return !(IsStopping && length == 0 && slot.Peer.Port == BoundSocket.Local.Port);
    }

    private bool Send(PeerSocketAddress scratch, in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        try
        {
            return scratch.TryWrite(to) && BoundSocket.Socket.SendTo(payload, SocketFlags.None, scratch.Address) == payload.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
