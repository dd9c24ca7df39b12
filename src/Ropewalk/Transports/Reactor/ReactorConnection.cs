using System.Net;
using System.Runtime.InteropServices;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports.Reactor;

/// <summary>A connection whose turns run on a loop.</summary>
internal sealed unsafe class ReactorConnection : StreamConnection, IReactorTarget
{
    private readonly int _fd;
    private readonly ReactorLoop _loop;
    private ulong _token;
    private EndPoint? _local;

    public ReactorConnection(int fd, ReactorLoop loop, ReactorTransportOptions options, EndPoint? local, EndPoint? remote)
        : base(options)
    {
        _fd = fd;
        _loop = loop;
        _local = local;
        RemoteEndPoint = remote;
    }

    /// <summary>Gets or sets the link in the loop's list of connections that have something to send.</summary>
    public ReactorConnection? NextToFlush { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint
    {
        get
        {
            lock (Gate)
            {
                return _local ??= IsClosed ? null : SocketAddresses.LocalOf(_fd);
            }
        }

        set => _local = value;
    }

    public void Start()
    {
        // an event may come before this has returned, and its end must know the token
        lock (Gate)
        {
            _token = _loop.Register(_fd, this);
        }
    }

    /// <summary>Takes over a descriptor that the loop watches already.</summary>
    public void Start(ulong token)
    {
        _token = token;
        _loop.HandOver(_fd, token, this);
    }

    public void OnEvents(uint events)
    {
        if ((events & Libc.EPOLLOUT) != 0)
        {
            OnWritable();
        }

        if ((events & (Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0)
        {
            OnHangup(events);
        }

        if ((events & (Libc.EPOLLIN | Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0)
        {
            OnReadable();
        }
    }

    public override void Post(Action<object?> action, object? state) => _loop.Post(action, state, this);

    public override TimeProvider LoopTimers => _loop.Timers;

    internal override TransportOutcome TryReceive(Span<byte> buffer, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            nint result;
            do
            {
                result = Libc.recv(_fd, pointer, (nuint)buffer.Length, 0);
            }
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

            return Outcome(result, out count);
        }
    }

    internal override TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count)
    {
        fixed (byte* pointer = bytes)
        {
            nint result;
            do
            {
                result = Libc.send(_fd, pointer, (nuint)bytes.Length, Libc.MSG_NOSIGNAL);
            }
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

            return Outcome(result, out count);
        }
    }

    internal override void WantReadable()
    {
        // Registered once, edge-triggered: the next arrival is reported.
    }

    internal override void WantWritable(ReadOnlyMemory<byte> front)
    {
        // Registered once, edge-triggered: the next room is reported.
    }

    internal override void ScheduleReadable()
    {
        if (ReactorLoop.Current == _loop)
        {
            _loop.ReadAgain(this);
        }
        else
        {
            _loop.Post(static state => ((ReactorConnection)state!).OnReadable(), this, this);
        }
    }

    internal override void ScheduleFlush() => _loop.RequestFlush(this);

    internal override bool TryDeferFlush()
    {
        ReactorLoop? current = ReactorLoop.Current;
        if (current is null)
        {
            return false;
        }

        current.Defer(this);
        return true;
    }

    internal override bool IsOnTurn => ReactorLoop.Current == _loop;

    internal override void ShutdownOutput() => Libc.shutdown(_fd, Libc.SHUT_WR);

    private protected override void CloseTransport(bool reset)
    {
        if (reset)
        {
            // A zero linger makes close send RST instead of FIN.
            ulong linger = 1;
            Libc.setsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, sizeof(ulong));
        }

        _loop.Unregister(_token);
        Libc.close(_fd);
    }

    private void OnHangup(uint events)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return;
            }

            HangupSeen = true;
            if (ReaderWaits)
            {
                return;
            }

            // Nobody reads: an end or a reset must be noticed all the same.
            if ((events & Libc.EPOLLERR) != 0)
            {
                OnTransportFailed(new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote));
            }
            else if (IsDrained())
            {
                NotePeerEnded();
            }
        }
    }

    /// <summary>Looks whether all that the peer sent before its end has been received; what has not, tells the end when it is.</summary>
    private bool IsDrained()
    {
        byte one;
        return Libc.recv(_fd, &one, 1, Libc.MSG_PEEK) == 0;
    }

    private TransportOutcome Outcome(nint result, out int count)
    {
        if (result >= 0)
        {
            count = (int)result;
            return TransportOutcome.Moved;
        }

        count = 0;
        int errno = Marshal.GetLastPInvokeError();
        TransportOutcome outcome = Errno.Outcome(errno);
        if (outcome == TransportOutcome.Failed)
        {
            LastError = $"errno {errno}";
        }

        return outcome;
    }
}
