using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Receives through the runtime's readiness events, on the thread pool, a datagram at a time; sends as a portable port does.</summary>
internal sealed unsafe class PooledDatagramWorker : DatagramWorker
{
    private const int ErrorsBeforePause = 16;
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(10);

    private readonly DatagramSocket _socket;
    private readonly PeerAddress? _peer;
    private readonly PeerSocketAddress _sendTo;
    private readonly PeerSocketAddress _lateTo;
    private readonly Lock _lateTurn = new();
    private readonly SocketAsyncEventArgs _receive = new(true);
    private readonly Completion _ended = new();
    private ITimer? _pause;
    private int _errorsInARow;
    private volatile bool _stopping;
    private volatile bool _aborted;

    public PooledDatagramWorker(IDatagramPort port, DatagramSocket socket, DatagramPortOptions options, DatagramHandlerSwitch handlers, DatagramLog log)
        : base(port, 0, options, handlers, log)
    {
        _socket = socket;
        _peer = options.Peer;
        bool ipv6 = socket.Local.IsIPv6;
        _sendTo = new PeerSocketAddress(ipv6);
        _lateTo = new PeerSocketAddress(ipv6);
        // one byte more than is given on: whoever fills it was too long
        _receive.SetBuffer(new SlotMemory(Slots.Received[0].Payload, Slots.ReceiveBytes + 1).Memory);
        _receive.RemoteEndPoint = new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        _receive.Completed += (_, _) => TakeAndGoOn();
        Slots.Received[0].Local = socket.Local;
    }

    /// <summary>Completes when nothing is received any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether the socket is connected to one peer.</summary>
    public bool IsConnected => _peer is not null;

    public void Start() => GoOn();

    /// <summary>Asks for the end: what is queued is still handled. <see cref="Wake"/> is the caller's second step.</summary>
    public void RequestStop() => _stopping = true;

    /// <summary>Gives nothing to the handler any more.</summary>
    public void Abort() => _aborted = _stopping = true;

    /// <summary>Closes the socket: a wait for a datagram ends.</summary>
    public void Close() => _socket.Release();

    /// <summary>Sends an empty datagram from the port to itself, which ends the queue: all that stood before it has been handled when it comes.</summary>
    public void Wake()
    {
        PeerAddress self = _socket.IsWildcard ? new PeerAddress(_socket.Local.IsIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, _socket.Local.Port) : _socket.Local;
        SendNow(self, default, []);
    }

    protected override bool SendReply(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload) => Send(_sendTo, to, payload);

    protected override bool SendNow(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
    {
        lock (_lateTurn)
        {
            return Send(_lateTo, to, payload);
        }
    }

    private void TakeAndGoOn()
    {
        if (TryTake())
        {
            GoOn();
        }
    }

    // Until there is nothing to take at once.
    private void GoOn()
    {
        try
        {
            while (!_socket.Socket.ReceiveFromAsync(_receive))
            {
                if (!TryTake())
                {
                    return;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            End();
        }
    }

    /// <summary>Takes what has been received.</summary>
    /// <returns>False if this was the end, or goes on later.</returns>
    private bool TryTake()
    {
        if (_receive.SocketError is not (SocketError.Success or SocketError.MessageSize))
        {
            return TryOutlive(_receive.SocketError);
        }

        _errorsInARow = 0;
        var peer = new PeerAddress((IPEndPoint)_receive.RemoteEndPoint!);
        int length = _receive.BytesTransferred;
        if (_aborted || (_stopping && length == 0 && peer.Port == _socket.Local.Port))
        {
            End();
            return false;
        }

        ref ReceivedDatagram slot = ref Slots.Received[0];
        slot.Peer = peer;
        slot.IsTruncated = length > Slots.ReceiveBytes || _receive.SocketError == SocketError.MessageSize;
        slot.Length = Math.Min(length, Slots.ReceiveBytes);
        Truncated += slot.IsTruncated ? 1 : 0;
        Deliver(1, slot.Length);
        return true;
    }

    private bool TryOutlive(SocketError error)
    {
        if (_aborted || error is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket)
        {
            End();
            return false;
        }

        ReceiveErrors++;
        if (IsConnected && error is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            DeliverRefusal();
        }
        else
        {
            Log.ReceiveFailed(Port.LocalEndPoint, (int)error);
        }

        if (++_errorsInARow < ErrorsBeforePause)
        {
            return true;
        }

        // the system is in trouble: don't spin on it
        _pause = TimeProvider.System.CreateTimer(static worker => ((PooledDatagramWorker)worker!).GoOn(), this, ErrorPause, Timeout.InfiniteTimeSpan);
        return false;
    }

    private void End()
    {
        if (_ended.TrySet())
        {
            _pause?.Dispose();
            _receive.Dispose();
            Slots.Free();
        }
    }

    private bool Send(PeerSocketAddress scratch, in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        if (!_socket.TryHold())
        {
            return false;
        }

        try
        {
            return _peer is { } peer
                ? to == peer && _socket.Socket.Send(payload) == payload.Length
                : scratch.TryWrite(to) && _socket.Socket.SendTo(payload, SocketFlags.None, scratch.Address) == payload.Length;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            _socket.Release();
        }
    }
}
