using System.Net;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Testing.Simulated;

/// <summary>Is one end of a connection between simulated hosts, on the core that all stream transports of the engine share.</summary>
internal sealed class SimConnection : StreamConnection
{
    private readonly Network _network;
    private readonly HostLife _life;
    private readonly SimPath _incoming;
    private readonly SimPath _outgoing;
    private readonly IPEndPoint _local;
    private readonly IPEndPoint _remote;
    private volatile bool _isGone;
    private readonly int _powerCuts;
    private int _turnIsComing;

    public SimConnection(SimHost host, HostLife life, Network network, SimPath incoming, SimPath outgoing, IPEndPoint local, IPEndPoint remote)
        : base(Options(host.Streams, life.Clock))
    {
        Host = host;
        Order = network.NextConnection();
        _network = network;
        _life = life;
        _powerCuts = host.PowerCuts;
        _incoming = incoming;
        _outgoing = outgoing;
        _local = local;
        _remote = remote;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        incoming.Receiver = this;
        outgoing.Sender = this;
        life.Add(this);
    }

    public SimHost Host { get; }

    /// <summary>Gets its number: what happens to all of a host's happens in this order.</summary>
    public int Order { get; }

    /// <summary>Gets whether its host has forgotten it.</summary>
    public bool IsGone => _isGone;

    /// <summary>Gets whether the system that knew it is gone: its host has lost power since.</summary>
    public bool IsLost => Host.PowerCuts != _powerCuts;

    /// <summary>Gets whether the program that had it was ended, and did not close it.</summary>
    public bool IsOrphan { get; private set; }

    private SimConnection Peer => _outgoing.Receiver;

    public LinkUnit Unit(LinkUnitKind kind, int bytes, int attempt)
        => new(Host, Peer.Host, _local, _remote, kind, bytes, attempt, _network.Time.Elapsed);

    /// <summary>Keeps a packet of its output, if they are kept.</summary>
    public void Capture(TcpFlags flags, uint sequence, ReadOnlySpan<byte> payload) => _network.Capture(_local, _remote, flags, sequence, _incoming.Acknowledged, payload);

    public void OnArrived(bool isEnd)
    {
        if (isEnd)
        {
            HangupSeen = true;
            if (_incoming.IsDrained)
            {
                NotePeerEnded();
            }
        }

        if (Interlocked.Exchange(ref _turnIsComing, 1) == 0)
        {
            // not on the stack of what moves the time: whoever is woken may run for long
            Post(static state => ((SimConnection)state!).TakeArrived(), this);
        }
    }

    public void OnRoom()
    {
        if (!IsGone)
        {
            Post(static state => ((SimConnection)state!).OnWritable(), this);
        }
    }

    /// <summary>Learns of a reset.</summary>
    public void OnReset()
    {
        Peer.Capture(TcpFlags.Reset | TcpFlags.Acknowledge, _incoming.Acknowledged, []);
        Break();
        if (!IsGone)
        {
            HangupSeen = true;
            Post(static state => ((SimConnection)state!).OnWritable(), this);
            Post(static state => ((SimConnection)state!).LookAfterReset(), this);
        }
    }

    /// <summary>Learns that the peer has not acknowledged anything for too long.</summary>
    public void OnGivenUp(TimeSpan after)
    {
        Break();
        if (!IsGone)
        {
            OnTransportFailed(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, $"nothing was acknowledged for {after}"));
        }
    }

    public bool SendReset() => _outgoing.SendReset();

    /// <summary>Describes who waits for what, for a run that is stuck.</summary>
    public string Describe()
    {
        string reader = ReaderWaits ? "its reader waits" : "nobody reads";
        return $"{Host}: {_local} → {_remote}: {reader}; {_incoming.DescribeArrived()}; {_outgoing.DescribeUnsent()}, {OutputBytes} bytes behind that";
    }

    /// <summary>Is forgotten because its host has crashed. Whoever served it never learns anything again.</summary>
    /// <param name="tellPeer">Whether there is still a system that closes what its programs left open.</param>
    public void Die(bool tellPeer)
    {
        if (IsGone)
        {
            return;
        }

        _isGone = true;
        IsOrphan = true;
        if (tellPeer && !_incoming.IsDrained)
        {
            SendReset();
        }
        else if (tellPeer)
        {
            _outgoing.End();
        }
        else
        {
            _outgoing.Silence();
        }
    }

    internal override bool IsOnTurn => _network.Loop.IsOnThread;

    internal override bool HasOnlyReset => _incoming.HasOnlyReset;

    internal override TransportOutcome TryReceive(Span<byte> buffer, out int count)
    {
        _network.Loop.Touch("Receiving from a simulated connection");
        count = 0;
        return IsGone ? TransportOutcome.WouldBlock : _incoming.TryReceive(buffer, out count);
    }

    internal override TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count)
    {
        _network.Loop.Touch("Sending to a simulated connection");
        count = 0;
        return IsGone ? TransportOutcome.WouldBlock : _outgoing.TrySend(bytes, out count);
    }

    internal override void WantReadable()
    {
        if (_incoming.HasSomething && !IsGone)
        {
            ScheduleReadable();
        }
    }

    internal override void WantWritable(ReadOnlyMemory<byte> front)
    {
        // The path has noted the failed send and tells when half of the window is free.
    }

    internal override void ScheduleReadable() => Post(static state => ((SimConnection)state!).OnReadable(), this);

    internal override void ScheduleFlush() => Post(static state => ((SimConnection)state!).OnFlushScheduled(), this);

    internal override void ShutdownOutput()
    {
        if (!IsGone)
        {
            _outgoing.End();
        }
    }

    private protected override void CloseTransport(bool reset)
    {
        if (IsGone)
        {
            return;
        }

        _isGone = true;
        _life.Remove(this);
        if (!reset && !_incoming.IsDrained)
        {
            // a close that leaves something unread is a reset on the wire (RFC 2525 §2.17)
            Break();
            SendReset();
        }
        else if (reset)
        {
            bool isTold = End.Reason is ConnectionEndReason.PeerReset;
            Break();
            if (!isTold)
            {
                SendReset();
            }
        }
    }

    public override void Post(Action<object?> action, object? state) => _network.Loop.Post(action, state);

    private static new StreamTransportOptions Options(StreamTransportOptions of, TimeProvider clock) => new()
    {
        OutputPauseBytes = of.OutputPauseBytes,
        InputLimitBytes = of.InputLimitBytes,
        OutboundQueueLimitBytes = of.OutboundQueueLimitBytes,
        CloseTimeout = of.CloseTimeout,
        TimeProvider = clock,
    };

    private void TakeArrived()
    {
        Volatile.Write(ref _turnIsComing, 0);
        OnReadable();
    }

    private void LookAfterReset()
    {
        // a crash may have come first
        if (!IsGone)
        {
            ResetGrace.Look(this);
        }
    }

    private void Break()
    {
        _incoming.Reset();
        _outgoing.Cut();
    }
}
