using System.Buffers;
using Ping.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ping.Session;

/// <summary>The client's side of one conversation: it tells each reply, in the order of the requests.</summary>
public sealed class PingClientSession : ISession<PingReply>
{
    private readonly PingReplyDecoder _decoder = new();
    private readonly PingEncoder _encoder = new();
    private readonly TimeSpan _replyTimeout;
    private PingReply? _told;
    private int _waiting;
    private SessionStatus _status = SessionStatus.NeedMore;

    /// <summary>Creates the session.</summary>
    /// <param name="replyTimeout">How long the next reply may take.</param>
    public PingClientSession(TimeSpan replyTimeout) => _replyTimeout = replyTimeout;

    /// <inheritdoc/>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Sends a probe. Several may wait for their replies.</summary>
    public void Send(string token, IBufferWriter<byte> output, TimeSpan now)
    {
        _encoder.Encode(PingRequest.Probe(token), output);
        _waiting++;
        NextDeadline ??= now + _replyTimeout;
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_status.Kind != SessionStatusKind.NeedMore)
        {
            return _status;
        }

        DecodeStatus decoded = _decoder.Decode(ref input, out PingReply reply);
        if (decoded == DecodeStatus.Violation)
        {
            return End(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, _decoder.Broken.ToString());
        }

        if (decoded == DecodeStatus.Frame)
        {
            _told = reply;
            _waiting -= _waiting > 0 ? 1 : 0;
            NextDeadline = _waiting > 0 ? now + _replyTimeout : null;
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        NextDeadline = null;
        return _status = SessionStatus.Closed;
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) => End(ConnectionEndReason.TimedOut, ErrorSide.Remote, "no reply");

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        // The server answers BYE and closes; until then its replies are read.
        _encoder.Encode(PingRequest.Quit, output);
        _waiting++;
        NextDeadline ??= now + _replyTimeout;
        return _status;
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out PingReply sessionEvent)
    {
        sessionEvent = _told ?? default;
        bool has = _told is not null;
        _told = null;
        return has;
    }

    private SessionStatus End(ConnectionEndReason reason, ErrorSide side, string detail)
    {
        NextDeadline = null;
        return _status = SessionStatus.ClosedBy(new ConnectionEnd(reason, side, detail));
    }
}
