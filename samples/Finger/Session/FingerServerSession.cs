using System.Buffers;
using Finger.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Finger.Session;

/// <summary>The server's side of one conversation: one query, one answer, end.</summary>
/// <remarks>
/// <para><b>Theory.</b> <c>Waiting → Answering → Over</c>. In <c>Waiting</c> the session reads a line, against a deadline. A query that may be answered is told, and
/// the session is <c>Answering</c>: it reads nothing more, it has no deadline (the time is the application's), and whatever the client sends behind its query is dropped
/// with the connection. A refusal or a broken query is answered here, and the session is <c>Over</c>.</para>
/// <para>The client may end its output behind the query: it still gets its answer.</para>
/// </remarks>
public sealed class FingerServerSession : ISession<FingerServerEvent>
{
    private readonly FingerServerLimits _limits;
    private readonly FingerQueryDecoder _decoder;
    private readonly FingerAnswerEncoder _encoder = new();
    private FingerServerEvent? _told;
    private SessionStatus _status = SessionStatus.NeedMore;

    /// <summary>Creates the session.</summary>
    public FingerServerSession(FingerServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _decoder = new FingerQueryDecoder(limits.MaxQueryBytes);
    }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline { get; private set; }

    private bool IsWaiting => _status.Kind == SessionStatusKind.NeedMore;

    /// <inheritdoc/>
    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        // RFC 1288 §2.1: the client speaks first.
        NextDeadline = now + _limits.QueryTimeout;
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (!IsWaiting)
        {
            return _status;
        }

        switch (_decoder.Decode(ref input, out FingerQuery? query))
        {
            case DecodeStatus.Frame:
                OnQuery(query!, output);
                break;
            case DecodeStatus.Violation:
                Break(_decoder.Broken, output);
                break;
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        if (IsWaiting)
        {
            // Nothing was asked, or half a query, which is none (RFC 1288 §2.3). Nobody is left to be told.
            Break(FingerViolation.Unfinished, output: null);
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        _encoder.Encode("Finger query timed out", output);
        return End(SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, "no query")));
    }

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        // The protocol has no words for a goodbye: who is being answered gets the answer, who has not asked yet is told why.
        if (IsWaiting)
        {
            _encoder.Encode("Finger service is stopping", output);
            End(SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ServerStopped, ErrorSide.Local)));
        }

        return _status;
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out FingerServerEvent sessionEvent)
    {
        sessionEvent = _told!;
        bool has = _told is not null;
        _told = null;
        return has;
    }

    /// <summary>Writes a piece of the answer. <b>Call</b>: after <see cref="FingerServerEvent.Asked"/>, as often as there is something to say.</summary>
    public void Answer(string text, IBufferWriter<byte> output)
    {
        CheckAnswering();
        _encoder.Encode(text, output);
    }

    /// <summary>Ends the answer, and with it the conversation.</summary>
    public void Finish()
    {
        CheckAnswering();
        // RFC 1288 §2.1: the server is the first to close.
        End(SessionStatus.Closed);
    }

    private void OnQuery(FingerQuery query, IBufferWriter<byte> output)
    {
        string? refusal = query switch
        {
            // RFC 1288 §3.2.1: the words are the RFC's.
            { IsForwarded: true } when !_limits.AllowsForwarding => "Finger forwarding service denied",
            { Hosts.Length: var hosts } when hosts > _limits.MaxHosts => "Finger forwarding service denied: too many hosts",
            // RFC 1288 §3.2.2: and these.
            { IsForwarded: false, UserName: "" } when !_limits.AllowsList => "Finger online user list denied",
            _ => null,
        };
        if (refusal is null)
        {
            _told = new FingerServerEvent.Asked(query);
            NextDeadline = null;
            _status = SessionStatus.Paused;
            return;
        }

        _told = new FingerServerEvent.Refused(query, refusal);
        _encoder.Encode(refusal, output);
        End(SessionStatus.Closed);
    }

    private void Break(FingerViolation violation, IBufferWriter<byte>? output)
    {
        _told = new FingerServerEvent.Broken(violation);
        if (output is not null)
        {
            _encoder.Encode($"Finger query not understood: {violation}", output);
        }

        End(SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, violation.ToString())));
    }

    private SessionStatus End(SessionStatus over)
    {
        NextDeadline = null;
        return _status = over;
    }

    private void CheckAnswering()
    {
        if (_status.Kind != SessionStatusKind.Paused)
        {
            throw new InvalidOperationException("No query waits for an answer.");
        }
    }
}
