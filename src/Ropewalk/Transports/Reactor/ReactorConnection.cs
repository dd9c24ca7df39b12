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
    private bool _cannotSplice;

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

        if ((events & Libc.EPOLLPRI) != 0)
        {
            UrgentSeen = true;
        }

        bool isHangup = (events & (Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0;
        if (isHangup)
        {
            HangupSeen = true;
        }

        if (isHangup || (events & (Libc.EPOLLIN | Libc.EPOLLPRI)) != 0)
        {
            OnReadable();
        }

        if (isHangup)
        {
            LookAfterHangup(isReset: (events & Libc.EPOLLERR) != 0);
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

    internal override IDirectPipe? TryRentDirectPipe(StreamConnection to) => !_cannotSplice && to is ReactorConnection { _cannotSplice: false } ? SplicePipe.TryRent() : null;

    internal override TransportOutcome TryReceive(IDirectPipe pipe, out int count) => DirectOutcome(((SplicePipe)pipe).FillFrom(_fd), out count);

    internal override TransportOutcome TrySend(IDirectPipe pipe, out int count) => DirectOutcome(((SplicePipe)pipe).DrainInto(_fd), out count);

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

    /// <summary>Notices an end or a reset that nobody reads, or that whoever read just now has not come to: no other event follows.</summary>
    private void LookAfterHangup(bool isReset)
    {
        lock (Gate)
        {
            if (IsClosed || ReaderWaits)
            {
                return;
            }

            byte one;
            switch (Outcome(Libc.recv(_fd, &one, 1, Libc.MSG_PEEK), out int left))
            {
                case TransportOutcome.Moved when isReset && ResetGrace.TryBegin(this, static state => ((ReactorConnection)state!).LookAfterHangup(isReset: true)):
                    break; // what came before the reset is the handler's for a while
                case TransportOutcome.Moved when left > 0 && !isReset:
                    break; // what has not been received yet tells the end when it is
                case TransportOutcome.Moved when !isReset:
                    NotePeerEnded();
                    break;
                case TransportOutcome.WouldBlock:
                    break;
                case TransportOutcome.Failed:
                    OnTransportFailed(new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Local, LastError));
                    break;
                default:
                    OnTransportFailed(new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote));
                    break;
            }
        }
    }

    private TransportOutcome DirectOutcome(nint result, out int count)
    {
        if (result < 0 && Errno.IsNotSupported(Marshal.GetLastPInvokeError()))
        {
            // a sandbox, an odd socket: not tried again with this one
            _cannotSplice = true;
            count = 0;
            return TransportOutcome.Unsupported;
        }

        return Outcome(result, out count);
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
