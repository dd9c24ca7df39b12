using System.Buffers;
using Ping.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ping.Session;

/// <summary>The server's side of one conversation.</summary>
/// <remarks>
/// <b>Theory.</b> <c>Listening ⇄ Answering → Over</c>. A probe is told, and the session is paused until the application has answered it: answers come in the order of the
/// probes, and a client that sends faster than it is answered is not read. A broken line is answered here and counted.
/// </remarks>
public sealed class PingServerSession : ISession<PingServerEvent>
{
    private readonly PingServerLimits _limits;
    private readonly PingRequestDecoder _decoder = new();
    private readonly PingEncoder _encoder = new();
    private PingServerEvent? _told;
    private SessionStatus _status = SessionStatus.NeedMore;
    private int _violations;

    /// <summary>Creates the session.</summary>
    public PingServerSession(PingServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
    }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline { get; private set; }

    /// <inheritdoc/>
    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        NextDeadline = now + _limits.IdleTimeout;
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_status.Kind != SessionStatusKind.NeedMore)
        {
            return _status;
        }

        switch (_decoder.Decode(ref input, out PingRequest request))
        {
            case DecodeStatus.Frame when request.Kind == PingRequestKind.Probe:
                _told = new PingServerEvent(request.Token);
                NextDeadline = null;
                _status = SessionStatus.Paused;
                break;
            case DecodeStatus.Frame:
                Say(PingReplyKind.Bye, "", output);
                End(SessionStatus.Closed);
                break;
            case DecodeStatus.Violation:
                OnViolation(output, now);
                break;
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => End(SessionStatus.Closed);

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        Say(PingReplyKind.Error, "silent for too long", output);
        return End(SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote)));
    }

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        Say(PingReplyKind.Bye, "", output);
        return End(SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ServerStopped, ErrorSide.Local)));
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out PingServerEvent sessionEvent)
    {
        sessionEvent = _told ?? default;
        bool has = _told is not null;
        _told = null;
        return has;
    }

    /// <summary>Answers the probe that was told last.</summary>
    public void Answer(string token, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_status.Kind != SessionStatusKind.Paused)
        {
            throw new InvalidOperationException("No probe waits for an answer.");
        }

        Say(PingReplyKind.Pong, token, output);
        NextDeadline = now + _limits.IdleTimeout;
        _status = SessionStatus.NeedMore;
    }

    private void OnViolation(IBufferWriter<byte> output, TimeSpan now)
    {
        Say(PingReplyKind.Error, _decoder.Broken.ToString(), output);
        NextDeadline = now + _limits.IdleTimeout;
        if (++_violations == _limits.MaxViolations)
        {
            End(SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, _decoder.Broken.ToString())));
        }
    }

    private void Say(PingReplyKind kind, string text, IBufferWriter<byte> output) => _encoder.Encode(new PingReply(kind, text), output);

    private SessionStatus End(SessionStatus over)
    {
        NextDeadline = null;
        return _status = over;
    }
}
