using System.Buffers;
using System.Buffers.Binary;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Wire;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Dns.Session;

/// <summary>The server's side of DNS on a stream, TCP or TLS: messages behind their lengths, as many as the client likes. <b>Spec</b>: RFC 7766; RFC 7858.</summary>
/// <remarks>
/// <para><b>Theory.</b> A question is answered when its last byte has come, so the usual answers go out in the order of their questions. A transfer is an answer of many messages: it is kept, and
/// one message of it is written on a turn of its own, which the session asks for by <see cref="DnsStreamEventKind.TransferWaits"/>. Between two such turns input is read and answered, and what was written is sent:
/// so a transfer is made no faster than the client takes it, questions asked beside it are not held up by it, and answers overtake it (RFC 7766 §7). Several transfers take turns.</para>
/// <para>What bounds it: a turn writes some 16 KiB and then waits until that is sent; while the client takes nothing nothing is read. Input is left where it lies until a message is whole, 64 KiB at most, and
/// a message has one deadline from its first byte, so that who sends a byte now and then gains nothing. Whoever asks nothing is idle, unless a transfer goes on.</para>
/// <para>Nothing is kept for a connection without a transfer but this object: answers are made in pooled buffers. <b>Call</b>: <see cref="Dispose"/> at the end, however it came, gives the zones back that transfers hold.</para>
/// </remarks>
public sealed class DnsStreamSession : ISession<DnsStreamEvent>, IDisposable
{
    private const int PrefixBytes = 2;

    // A message of the largest transfers: what is written between two looks at what the client takes.
    private const int TurnBytes = 16 * 1024;

    private readonly IMessageResponder _responder;
    private readonly ITransferSource? _source;
    private readonly DnsStreamLimits _limits;
    private readonly MessageOrigin _origin;
    private readonly List<(ITransfer Transfer, TimeSpan Until)> _transfers = [];
    private Queue<DnsStreamEvent>? _told;
    private SessionStatus _status = SessionStatus.NeedMore;
    private TimeSpan _activeAt;
    private TimeSpan? _partialSince;
    private int _nextTransfer;
    private bool _turnAsked;
    private bool _refusalTold;
    private bool _peerEnded;
    private bool _isStopping;

    /// <summary>Creates the session.</summary>
    /// <param name="responder">Answers messages.</param>
    /// <param name="transfers">Begins transfers; null where there are none, and the responder hears of requests for them.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="origin">The peer, the transport, and the time of day at which the conversation begins.</param>
    public DnsStreamSession(IMessageResponder responder, ITransferSource? transfers, DnsStreamLimits limits, in MessageOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(responder);
        ArgumentNullException.ThrowIfNull(limits);
        _responder = responder;
        _source = transfers;
        _limits = limits;
        _origin = origin with { IdleTimeout = limits.IdleTimeout };
    }

    /// <summary>Gets how many messages have come.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Gets how many transfers go on.</summary>
    public int TransferCount => _transfers.Count;

    /// <summary>Gets the transfers that go on.</summary>
    internal IEnumerable<ITransfer> Transfers => _transfers.Select(one => one.Transfer);

    /// <inheritdoc/>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (IsOver)
            {
                return null;
            }

            TimeSpan? deadline = _partialSince + _limits.MessageTimeout;
            foreach ((_, TimeSpan until) in _transfers)
            {
                deadline = deadline is { } sooner && sooner < until ? sooner : until;
            }

            // RFC 7766 §6.2.3: a connection with something to answer is not idle; and half a message has a deadline of its own.
            return deadline ?? _activeAt + _limits.IdleTimeout;
        }
    }

    private bool IsOver => _status.Kind == SessionStatusKind.Closed;

    private bool TakesNoMore => _isStopping || _transfers.Count >= _limits.MaxTransfers;

    /// <inheritdoc/>
    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        _activeAt = now;
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (IsOver)
        {
            return _status;
        }

        long offered = input.Remaining;
        int written = 0;
        while (written < TurnBytes && !TakesNoMore && TryPeekMessage(ref input, out int length))
        {
            input.Advance(PrefixBytes);
            written += Answer(ref input, length, output, now);
            _activeAt = now;
        }

        // Asked without input there is nothing to be seen: half a message may well be held by the driver.
        if (offered > 0)
        {
            bool isPartial = input.Remaining > 0 && !TakesNoMore;
            _partialSince = !isPartial ? null : input.Remaining < offered ? now : _partialSince ?? now;
        }

        return IsOver ? _status : TakesNoMore ? SessionStatus.Paused : SessionStatus.NeedMore;
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        _peerEnded = true;
        if (_partialSince is not null)
        {
            return End(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, "the stream ended inside a message");
        }

        // Who has said its last word may still want the answers.
        return _transfers.Count > 0 ? _status : _status = SessionStatus.Closed;
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        if (IsOver || NextDeadline > now)
        {
            return _status;
        }

        if (_partialSince + _limits.MessageTimeout <= now)
        {
            return End(ConnectionEndReason.TimedOut, ErrorSide.Remote, $"half a message in {_limits.MessageTimeout.TotalSeconds} s");
        }

        return _transfers.Count > 0
            ? End(ConnectionEndReason.TimedOut, ErrorSide.Remote, $"a transfer took longer than {_limits.TransferTimeout}")
            : End(ConnectionEndReason.TimedOut, ErrorSide.Remote, "idle");
    }

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        // There are no words for a goodbye. What was asked has been answered; a transfer may go on to its end.
        _isStopping = true;
        _partialSince = null;
        return _transfers.Count > 0 ? SessionStatus.Paused : EndStopped();
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out DnsStreamEvent sessionEvent)
    {
        if (_told is not null && _told.TryDequeue(out sessionEvent))
        {
            return true;
        }

        bool wantsTurn = _transfers.Count > 0 && !_turnAsked && !IsOver;
        _turnAsked |= wantsTurn;
        sessionEvent = new(DnsStreamEventKind.TransferWaits);
        return wantsTurn;
    }

    /// <summary>Writes the next message of the transfer whose turn it is.</summary>
    /// <remarks><b>Call</b>: once for each <see cref="DnsStreamEventKind.TransferWaits"/>, on a later turn.</remarks>
    public void WriteTransfer(IBufferWriter<byte> output, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(output);
        _turnAsked = false;
        if (IsOver || _transfers.Count == 0)
        {
            return;
        }

        _nextTransfer %= _transfers.Count;
        ITransfer transfer = _transfers[_nextTransfer].Transfer;
        byte[] message = ArrayPool<byte>.Shared.Rent(DnsLimits.MessageBytes);
        int length = transfer.Write(message.AsSpan(0, DnsLimits.MessageBytes), _origin.Now + now);
        Write(message.AsSpan(0, length), output);
        ArrayPool<byte>.Shared.Return(message);
        _activeAt = now;
        if (length == 0)
        {
            End(ConnectionEndReason.HandlerFailed, ErrorSide.Local, "a record of the zone fits no message");
        }
        else if (transfer.IsComplete)
        {
            Complete(transfer, now);
        }
        else
        {
            _nextTransfer++;
        }
    }

    /// <summary>Gives up what transfers hold.</summary>
    public void Dispose()
    {
        foreach ((ITransfer transfer, _) in _transfers)
        {
            transfer.Dispose();
        }

        _transfers.Clear();
    }

    // False: there is no whole message, or none that can be.
    private bool TryPeekMessage(ref SequenceReader<byte> input, out int length)
    {
        length = 0;
        if (IsOver)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        if (!input.TryCopyTo(prefix))
        {
            return false;
        }

        // RFC 7766 §8: two bytes, not counting themselves.
        length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (length < DnsLimits.HeaderBytes)
        {
            End(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, "a message shorter than its header");
            return false;
        }

        if (length > _limits.MaxMessageBytes)
        {
            End(ConnectionEndReason.LimitExceeded, ErrorSide.Remote, "a message longer than allowed");
            return false;
        }

        return input.Remaining >= PrefixBytes + length;
    }

    private int Answer(ref SequenceReader<byte> input, int length, IBufferWriter<byte> output, TimeSpan now)
    {
        byte[] response = ArrayPool<byte>.Shared.Rent(DnsLimits.MessageBytes);
        byte[]? joined = null;
        ReadOnlySpan<byte> message = input.UnreadSpan;
        if (message.Length < length)
        {
            joined = ArrayPool<byte>.Shared.Rent(length);
            input.TryCopyTo(joined.AsSpan(0, length));
            message = joined;
        }

        int written = Respond(message[..length], response.AsSpan(0, DnsLimits.MessageBytes), now);
        Write(response.AsSpan(0, written), output);
        input.Advance(length);
        MessageCount++;
        ArrayPool<byte>.Shared.Return(response);
        if (joined is not null)
        {
            ArrayPool<byte>.Shared.Return(joined);
        }

        return written;
    }

    private int Respond(ReadOnlySpan<byte> message, Span<byte> response, TimeSpan now)
    {
        MessageOrigin origin = _origin with { Now = _origin.Now + now };
        TransferStart start = _source?.Begin(message, origin, response) ?? TransferStart.NotAsked;
        if (!start.IsAsked)
        {
            return _responder.Respond(message, origin, response);
        }

        if (start.Transfer is { } transfer)
        {
            _transfers.Add((transfer, now + _limits.TransferTimeout));
            Tell(DnsStreamEventKind.TransferBegun, transfer);
        }
        else if (start.ResponseCode != DnsResponseCode.NoError && !_refusalTold)
        {
            // Once: who asks a thousand times on one stream fills no log.
            _refusalTold = true;
            (_told ??= new()).Enqueue(new(DnsStreamEventKind.TransferRefused, ResponseCode: start.ResponseCode, Refused: RefusedTransfer.Of(message, start.Refusal)));
        }

        return start.ResponseBytes;
    }

    private void Complete(ITransfer transfer, TimeSpan now)
    {
        TimeSpan began = _transfers[_nextTransfer].Until - _limits.TransferTimeout;
        _transfers.RemoveAt(_nextTransfer);
        transfer.Dispose();
        Tell(DnsStreamEventKind.TransferComplete, transfer, now - began);
        if (_transfers.Count > 0)
        {
            return;
        }

        if (_isStopping)
        {
            EndStopped();
        }
        else if (_peerEnded)
        {
            _status = SessionStatus.Closed;
        }
    }

    private void Tell(DnsStreamEventKind kind, ITransfer transfer, TimeSpan took = default) => (_told ??= new()).Enqueue(new(kind, transfer, Took: took));

    private SessionStatus EndStopped() => End(ConnectionEndReason.ServerStopped, ErrorSide.Local, null);

    private SessionStatus End(ConnectionEndReason reason, ErrorSide side, string? detail) =>
        _status = SessionStatus.ClosedBy(new ConnectionEnd(reason, side, detail));

    // RFC 7766 §8: length and message in one write, so that they leave in one segment.
    private static void Write(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        if (message.IsEmpty)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(PrefixBytes), (ushort)message.Length);
        output.Advance(PrefixBytes);
        output.Write(message);
    }
}
