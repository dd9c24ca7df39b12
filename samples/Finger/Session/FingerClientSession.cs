using System.Buffers;
using Finger.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Finger.Session;

/// <summary>The client's side of one conversation: one query, and the answer to its end.</summary>
/// <remarks>
/// <b>Theory.</b> The answer is told in pieces as it comes, so that its length is the application's affair up to the limit. Only the end of the
/// server's output makes it whole: an answer that was reset may be cut. The client does not end its own output before that: servers of old take
/// it for a hang-up (RFC 1288 §2.1 lets the server be the first to close).
/// </remarks>
public sealed class FingerClientSession : ISession<FingerClientEvent>
{
    private readonly FingerQuery _query;
    private readonly FingerClientLimits _limits;
    private FingerClientEvent? _told;
    private TimeSpan _end;
    private long _answerBytes;
    private SessionStatus _status = SessionStatus.NeedMore;

    /// <summary>Creates the session.</summary>
    public FingerClientSession(FingerQuery query, FingerClientLimits limits)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(limits);
        _query = query;
        _limits = limits;
    }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline { get; private set; }

    /// <inheritdoc/>
    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        new FingerQueryEncoder().Encode(_query, output);
        _end = now + _limits.AnswerTimeout;
        Touch(now);
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_status.Kind == SessionStatusKind.Closed || input.End)
        {
            return _status;
        }

        _answerBytes += input.Remaining;
        if (_answerBytes > _limits.MaxAnswerBytes)
        {
            return End(ConnectionEndReason.LimitExceeded, $"an answer of more than {_limits.MaxAnswerBytes} bytes");
        }

        _told = new FingerClientEvent(input.UnreadSequence);
        input.AdvanceToEnd();
        Touch(now);
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        NextDeadline = null;
        return _status = SessionStatus.Closed;
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) =>
        End(ConnectionEndReason.TimedOut, now >= _end ? "the answer took too long" : "the server was silent for too long");

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        NextDeadline = null;
        return _status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local));
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out FingerClientEvent sessionEvent)
    {
        sessionEvent = _told ?? default;
        bool has = _told is not null;
        _told = null;
        return has;
    }

    private void Touch(TimeSpan now) => NextDeadline = now + _limits.SilenceTimeout < _end ? now + _limits.SilenceTimeout : _end;

    private SessionStatus End(ConnectionEndReason reason, string detail)
    {
        NextDeadline = null;
        return _status = SessionStatus.ClosedBy(new ConnectionEnd(reason, ErrorSide.Remote, detail));
    }
}
