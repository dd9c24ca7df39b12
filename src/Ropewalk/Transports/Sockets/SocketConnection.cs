using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports.Sockets;

/// <summary>
/// A connection over a .NET socket, portable. Receiving waits with a zero-byte receive, so that no buffer is held; sending tries at once and
/// leaves the rest to one background send at a time.
/// </summary>
internal sealed class SocketConnection : StreamConnection, IConnectionSocketFeature, IThreadPoolWorkItem
{
    private const int Readable = 1;
    private const int Flush = 2;
    private const int Ready = 4;

    private readonly Socket _socket;
    private readonly ReadinessArgs _readiness;
    private SendArgs? _sending;
    private int _work;
    private bool _armed;
    private bool _resetSeen;

    public SocketConnection(Socket socket, SocketTransportOptions options)
        : base(options)
    {
        _socket = socket;
        _socket.Blocking = false;
        if (socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        {
            SetTcpOptions(socket, options);
        }

        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        _readiness = new ReadinessArgs(this);
    }

    Socket IConnectionSocketFeature.Socket => _socket;

    /// <summary>Begins to watch for input, so that an end or a reset is noticed before anybody reads.</summary>
    public void Start()
    {
        lock (Gate)
        {
            WantReadable();
        }
    }

    /// <summary>Runs what was scheduled from a clean stack.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        int work = Interlocked.Exchange(ref _work, 0);
        if ((work & Flush) != 0)
        {
            OnFlushScheduled();
        }

        if ((work & Ready) != 0)
        {
            OnReady(_readiness.SocketError);
        }
        else if ((work & Readable) != 0)
        {
            OnReadable();
        }
    }

    internal override TransportOutcome TryReceive(Span<byte> buffer, out int count)
    {
        count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        if (count < buffer.Length && (count > 0 || error == SocketError.WouldBlock) && !HangupSeen)
        {
            WantReadable();
        }

        // a mere end would be a lie where a reset was seen before it
        return count == 0 && error == SocketError.Success && _resetSeen ? TransportOutcome.Reset : Outcome(error);
    }

    internal override TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count)
    {
        count = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return Outcome(error);
    }

    internal override void WantReadable()
    {
        if (_armed)
        {
            return;
        }

        _armed = true;
        try
        {
            if (!_socket.ReceiveAsync(_readiness))
            {
                Schedule(Ready);
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile: whoever closed it wakes the reader.
        }
    }

    internal override void WantWritable(ReadOnlyMemory<byte> front)
    {
        _sending ??= new SendArgs(this);
        try
        {
            if (!_sending.Start(_socket, front))
            {
                Post(static state => ((SocketConnection)state!).OnSendCompleted(), this);
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile: whoever closed it wakes the writer.
        }
    }

    internal override void ScheduleReadable() => Schedule(Readable);

    internal override void ScheduleFlush() => Schedule(Flush);

    internal override void ShutdownOutput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer is gone already; the reader learns it.
        }
    }

    private protected override void CloseTransport(bool reset)
    {
        if (reset)
        {
            // A zero linger makes close send RST instead of FIN.
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        _socket.Dispose();
    }

    public override void Post(Action<object?> action, object? state) => ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);

    private static void SetTcpOptions(Socket socket, SocketTransportOptions options)
    {
        try
        {
            socket.NoDelay = options.NoDelay;
            if (options.SendBufferBytes is { } send)
            {
                socket.SendBufferSize = send;
            }

            if (options.ReceiveBufferBytes is { } receive)
            {
                socket.ReceiveBufferSize = receive;
            }

            if (options.KeepAlive)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)options.KeepAliveTime.TotalSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)options.KeepAliveInterval.TotalSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, options.KeepAliveRetries);
            }
        }
        catch (SocketException)
        {
            // A peer that is gone before it is served: the first read tells.
        }
    }

    private void Schedule(int work)
    {
        if (Interlocked.Or(ref _work, work) == 0)
        {
            // behind what others have to do, not before it
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void OnReady(SocketError error)
    {
        lock (Gate)
        {
            _armed = false;
            if (IsClosed)
            {
                return;
            }

            NoteHangup(error);

            if (!ReaderWaits)
            {
                LookForEnd();
            }
        }

        OnReadable();
    }

    // the system tells a reset once, and the wait for input may be whom it tells
    private void NoteHangup(SocketError error)
    {
        HangupSeen |= error != SocketError.Success;
        _resetSeen |= SocketErrors.Outcome(error) == TransportOutcome.Reset;
    }

    /// <summary>Nobody reads: an end or a reset must be noticed all the same.</summary>
    private void LookForEnd()
    {
        Span<byte> one = stackalloc byte[1];
        int count = _socket.Receive(one, SocketFlags.Peek, out SocketError error);
        if (error == SocketError.Success)
        {
            if (count == 0)
            {
                HangupSeen = true;
                NotePeerEnded();
            }
        }
        else if (error == SocketError.WouldBlock)
        {
            // what this wait was told of has been received meanwhile
            WantReadable();
        }
        else if (Outcome(error) == TransportOutcome.Reset)
        {
            OnTransportFailed(new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote));
        }
    }

    private void OnSendCompleted()
    {
        SendArgs sending = _sending!;
        sending.Release();
        if (sending.SocketError == SocketError.Success)
        {
            OnSent(sending.BytesTransferred);
            return;
        }

        if (sending.SocketError != SocketError.OperationAborted)
        {
            OnTransportFailed(Outcome(sending.SocketError) == TransportOutcome.Reset
                ? new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote)
                : new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Local, LastError));
        }
    }

    private TransportOutcome Outcome(SocketError error)
    {
        TransportOutcome outcome = SocketErrors.Outcome(error);
        if (outcome == TransportOutcome.Failed)
        {
            LastError = error.ToString();
        }

        return outcome;
    }

    private sealed class ReadinessArgs : SocketAsyncEventArgs
    {
        private readonly SocketConnection _connection;

        public ReadinessArgs(SocketConnection connection)
            : base(true) => _connection = connection;

        protected override void OnCompleted(SocketAsyncEventArgs e) => _connection.OnReady(SocketError);
    }

    /// <summary>Sends a copy: the queue's own memory may go back to its pool while the system still reads.</summary>
    private sealed class SendArgs : SocketAsyncEventArgs
    {
        private readonly SocketConnection _connection;
        private Block? _block;

        public SendArgs(SocketConnection connection)
            : base(true) => _connection = connection;

        public bool Start(Socket socket, ReadOnlyMemory<byte> front)
        {
            _block = BlockPool.Rent(large: front.Length > Block.SmallBytes);
            int count = Math.Min(front.Length, _block.Array.Length);
            front.Span[..count].CopyTo(_block.Array);
            SetBuffer(_block.Array, 0, count);
            return socket.SendAsync(this);
        }

        public void Release()
        {
            BlockPool.Return(_block!);
            _block = null;
            SetBuffer(null, 0, 0);
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _connection.OnSendCompleted();
    }
}
