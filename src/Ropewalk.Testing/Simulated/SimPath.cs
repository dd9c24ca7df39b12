using System.Buffers;
using Ropewalk.Transports;

namespace Ropewalk.Testing.Simulated;

/// <summary>Is one direction of a simulated connection: reliable and in order, as TCP makes it of a link that is neither.</summary>
/// <remarks>
/// What a rule drops is sent again after a timeout that doubles, and what follows waits for it. After <see cref="GiveUpAfter"/> without success
/// the sender is told that the peer is gone. A segment that reaches a host on which the connection is not known is answered by a reset.
/// Its state is under the network's gate; connections are told things outside it, from a clean stack.
/// </remarks>
internal sealed class SimPath(Network network, Way way)
{
    /// <summary>Linux gives up after fifteen repetitions, which are 924.6 s at the least timeout (tcp_retries2).</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(924.6);

    /// <summary>200 ms, as Linux has it (RFC 6298 wants a second); and at most two minutes between two tries.</summary>
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostTimeout = TimeSpan.FromSeconds(120);

    private const int MostSegmentBytes = 64 * 1024;
    private const int HeaderBytes = 60; // of IPv6 and TCP

    private readonly Queue<SimSegment> _unsent = new();
    private readonly Queue<SimSegment> _arrived = new();
    private int _used;
    private int _attempt;
    private TimeSpan _waited;
    private long _lastArrival;
    private bool _stalled;
    private bool _writerWaits;
    private bool _ended;
    private bool _isCut;
    private bool _isReset;
    private uint _arrivedSequence = 1; // behind the SYN

    public SimConnection Sender { get; set; } = null!;

    public SimConnection Receiver { get; set; } = null!;

    /// <summary>Gets the sequence number of the next byte that the receiver waits for.</summary>
    public uint Acknowledged => _arrivedSequence;

    /// <summary>Gets whether everything that has arrived was received.</summary>
    public bool IsDrained
    {
        get
        {
            lock (network.Gate)
            {
                return _arrived.Count == 0;
            }
        }
    }

    /// <summary>Gets whether nothing came before a reset that a handler has still to learn: neither bytes nor the end.</summary>
    public bool HasOnlyReset
    {
        get
        {
            lock (network.Gate)
            {
                return _arrived.Count == 0 && !_ended;
            }
        }
    }

    /// <summary>Gets whether there is something to receive: bytes, the end, a reset.</summary>
    public bool HasSomething
    {
        get
        {
            lock (network.Gate)
            {
                return _arrived.Count > 0 || _ended || _isReset;
            }
        }
    }

    private int SegmentBytes => Math.Clamp(way.Settings.Mtu - HeaderBytes, 1, MostSegmentBytes);

    public TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        lock (network.Gate)
        {
            if (_isCut)
            {
                return TransportOutcome.Reset;
            }

            count = Math.Min(Math.Min(bytes.Length, way.Settings.WindowBytes - _used), SegmentBytes);
            if (count <= 0)
            {
                count = 0;
                _writerWaits = true;
                return TransportOutcome.WouldBlock;
            }

            byte[] copy = ArrayPool<byte>.Shared.Rent(count);
            bytes[..count].CopyTo(copy);
            _used += count;
            _unsent.Enqueue(new SimSegment(this, copy, count, isEnd: false));
            PumpLocked();
            return TransportOutcome.Moved;
        }
    }

    public void End()
    {
        lock (network.Gate)
        {
            _unsent.Enqueue(new SimSegment(this, [], 0, isEnd: true));
            PumpLocked();
        }
    }

    public TransportOutcome TryReceive(Span<byte> target, out int count)
    {
        count = 0;
        lock (network.Gate)
        {
            while (count < target.Length && _arrived.TryPeek(out SimSegment? segment))
            {
                int part = Math.Min(target.Length - count, segment.Length - segment.Start);
                segment.Bytes.AsSpan(segment.Start, part).CopyTo(target[count..]);
                segment.Start += part;
                count += part;
                if (segment.Start == segment.Length)
                {
                    _arrived.Dequeue();
                    ArrayPool<byte>.Shared.Return(segment.Bytes);
                }
            }

            if (count == 0)
            {
                // an end that came before a reset stays the end, as on Linux (SOCK_DONE)
                return _ended ? TransportOutcome.Moved : _isReset ? TransportOutcome.Reset : TransportOutcome.WouldBlock;
            }

            FreeLocked(count);
            return TransportOutcome.Moved;
        }
    }

    /// <summary>Receives a segment on the receiver's host.</summary>
    public void Arrive(SimSegment segment)
    {
        lock (network.Gate)
        {
            if (_isReset && !Receiver.IsGone)
            {
                DropLocked(segment);
                return;
            }

            Sender.Capture(segment.IsEnd ? TcpFlags.Fin | TcpFlags.Acknowledge : TcpFlags.Push | TcpFlags.Acknowledge, _arrivedSequence, segment.Bytes.AsSpan(0, segment.Length));
            _arrivedSequence += segment.IsEnd ? 1u : (uint)segment.Length;
            if (Receiver.IsGone)
            {
                DropLocked(segment);
                if (!segment.IsEnd || Receiver.IsOrphan)
                {
                    MissReceiverLocked();
                }

                return;
            }

            if (segment.IsEnd)
            {
                _ended = true;
            }
            else
            {
                _arrived.Enqueue(segment);
            }
        }

        Receiver.OnArrived(segment.IsEnd);
    }

    /// <summary>Ends it at the sender, who has reset the connection or was told of a reset: what is under way arrives, what waits does not leave.</summary>
    public void Cut()
    {
        lock (network.Gate)
        {
            CutLocked();
        }
    }

    /// <summary>Ends it at the receiver: what has arrived can be received, as on Linux, and then comes the reset.</summary>
    public void Reset()
    {
        lock (network.Gate)
        {
            _isReset = true;
        }
    }

    /// <summary>Sends nothing any more, not even what waits: the sender has no power. What is under way arrives.</summary>
    public void Silence()
    {
        lock (network.Gate)
        {
            SilenceLocked();
        }
    }

    /// <summary>Sends a reset behind what is under way. It is sent once: where it is lost, the peer does not learn of it.</summary>
    /// <returns>False if it is lost.</returns>
    public bool SendReset()
    {
        lock (network.Gate)
        {
            if (network.Judge(Sender.Unit(LinkUnitKind.Reset, 0, 0), way, out TimeSpan underWay).Kind == LinkVerdictKind.Drop)
            {
                return false;
            }

            ResetLocked(underWay);
            return true;
        }
    }

    public string DescribeArrived()
    {
        lock (network.Gate)
        {
            return $"{_arrived.Sum(segment => segment.Length - segment.Start)} bytes{(_ended ? " and the end" : "")}{(_isReset ? " and a reset" : "")} have arrived and were not taken";
        }
    }

    public string DescribeUnsent()
    {
        lock (network.Gate)
        {
            return $"{_unsent.Sum(segment => segment.Length)} bytes{(_unsent.Any(segment => segment.IsEnd) ? " and the end" : "")} wait to be sent{(_stalled ? " again" : "")}";
        }
    }

    private void CutLocked()
    {
        _isCut = true;
        SilenceLocked();
    }

    private void SilenceLocked()
    {
        while (_unsent.TryDequeue(out SimSegment? unsent))
        {
            DropLocked(unsent);
        }
    }

    private void PumpLocked()
    {
        while (!_stalled && !_isCut && _unsent.TryPeek(out SimSegment? segment))
        {
            LinkVerdict verdict = network.Judge(Sender.Unit(segment.IsEnd ? LinkUnitKind.End : LinkUnitKind.Stream, segment.Length, _attempt), way, out TimeSpan underWay);
            if (verdict.Kind == LinkVerdictKind.Drop)
            {
                StallLocked();
                return;
            }

            if (verdict.Kind == LinkVerdictKind.Reset)
            {
                // somebody between the two did it: both are told, the receiver behind what is under way to it
                CutLocked();
                network.Events.Add(static connection => ((SimConnection)connection!).OnReset(), Sender, TimeSpan.Zero);
                ResetLocked(underWay);
                return;
            }

            _unsent.Dequeue();
            _attempt = 0;
            _waited = default;
            _lastArrival = Math.Max(_lastArrival, way.Occupy(segment.Length) + underWay.Ticks);
            network.Events.Add(segment, _lastArrival);
        }
    }

    /// <summary>Has the receiver learn of a reset, behind what is under way to it.</summary>
    private void ResetLocked(TimeSpan underWay)
    {
        _lastArrival = Math.Max(_lastArrival, network.Events.Now + underWay.Ticks);
        network.Events.Add(new CallEvent(static connection => ((SimConnection)connection!).OnReset(), Receiver), _lastArrival);
    }

    private void StallLocked()
    {
        _stalled = true;
        if (_waited >= GiveUpAfter)
        {
            network.Events.Add(static path => ((SimPath)path!).GiveUp(), this, TimeSpan.Zero);
            return;
        }

        TimeSpan least = way.Settings.Latency * 2;
        least = least > LeastTimeout ? least : LeastTimeout;
        TimeSpan wait = least * Math.Pow(2, Math.Min(_attempt, 20));
        wait = wait < MostTimeout ? wait : MostTimeout;
        _attempt++;
        _waited += wait;
        network.Events.Add(static path => ((SimPath)path!).TryAgain(), this, wait);
    }

    private void GiveUp() => Sender.OnGivenUp(_waited);

    private void TryAgain()
    {
        lock (network.Gate)
        {
            _stalled = false;
            if (_isCut || Sender.IsLost)
            {
                SilenceLocked();
                return;
            }

            if (Receiver.IsGone)
            {
                MissReceiverLocked();
            }
            else
            {
                // whoever closed it in order has left the system to it
                PumpLocked();
            }
        }
    }

    /// <summary>
    /// Learns that nobody on the other side knows the connection: a host that lives says so by a reset, one without power says nothing. Where
    /// the sender does not learn of it, it sends again.
    /// </summary>
    private void MissReceiverLocked()
    {
        bool isTold = Receiver.Host.HasPower && Receiver.SendReset();
        if (!isTold && !_stalled)
        {
            StallLocked();
        }
    }

    private void FreeLocked(int count)
    {
        _used -= count;
        if (_writerWaits && _used <= way.Settings.WindowBytes / 2)
        {
            _writerWaits = false;
            network.Events.Add(static connection => ((SimConnection)connection!).OnRoom(), Sender, network.WayOf(Receiver.Host, Sender.Host).Settings.Latency);
        }
    }

    private void DropLocked(SimSegment segment)
    {
        _used -= segment.Length;
        if (segment.Bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(segment.Bytes);
        }
    }
}
