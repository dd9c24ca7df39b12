using System.Buffers;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>The client's side of one conversation with a server.</summary>
/// <remarks>
/// <b>Theory.</b> Each line goes one way: it is decoded, it changes the state, it is offered to the requests that wait, and what is left of it is told. So whoever handles an
/// event on the turn sees the state with it; who reads it later, from a stream, sees a state that is not older, and each event carries the one that it was told with. What goes out goes through the outbox: registration, PONG and QUIT at once, all else as the pacing
/// allows; a request's time begins when it is sent. Everything that a server can make grow has a limit; the limits of what is shown (members, tokens) cut it off, the others end the conversation.
/// </remarks>
public sealed class IrcClientSession : ISession<IrcClientEvent>
{
    private readonly IrcClientSettings _settings;
    private readonly DateTimeOffset _startedAt;
    private readonly LineDecoder _lines;
    private readonly IrcStateTracker _tracker;
    private readonly IrcNumericTracker _numerics;
    private readonly IrcOutbox _outbox;
    private readonly IrcNickKeeper _nicks;
    private readonly IrcSaslExchange _sasl;
    private readonly IrcRegistration _registration;
    private readonly IrcRequests _requests;
    private readonly IrcBatches _batches;
    private readonly IrcCtcpResponder _ctcp;
    private readonly Queue<IrcClientEvent> _told = new();
    private SessionStatus _status = SessionStatus.NeedMore;
    private TimeSpan _now;
    private TimeSpan _registrationEnd;
    private TimeSpan? _pingAt;
    private TimeSpan? _pingSent;
    private long _pings;
    private bool _isReady;
    private string? _lastError;

    /// <summary>Creates the session.</summary>
    /// <param name="settings">Who the client is and how it behaves.</param>
    /// <param name="startedAt">The date at the session's time zero.</param>
    /// <param name="mechanisms">The mechanisms of SASL that may be used, the best first; empty for no login.</param>
    /// <param name="waitsForSts">Whether the connection is in the clear, and the server may ask for a secure one before anything is said.</param>
    public IrcClientSession(IrcClientSettings settings, DateTimeOffset startedAt, IReadOnlyList<string>? mechanisms = null, bool waitsForSts = false)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        IrcClientLimits limits = settings.Limits;
        _settings = settings;
        _startedAt = startedAt;
        _lines = new LineDecoder(IrcLimits.TagsBytes + limits.MaxMessageBytes);
        _tracker = new IrcStateTracker(limits);
        _numerics = new IrcNumericTracker(_tracker, limits);
        _outbox = new IrcOutbox(settings.Pacing, limits.MaxQueuedLines);
        _nicks = new IrcNickKeeper(settings, _outbox);
        _sasl = new IrcSaslExchange(mechanisms ?? [], limits.MaxSaslBytes, _outbox);
        _registration = new IrcRegistration(settings, _outbox, _tracker, _nicks, _sasl, waitsForSts);
        _requests = new IrcRequests(settings, _outbox);
        _batches = new IrcBatches(limits);
        _ctcp = new IrcCtcpResponder(settings, _outbox, startedAt);
    }

    /// <summary>Gets what is known of the network now.</summary>
    public IrcClientState State => _tracker.State;

    /// <summary>Gets why the server did not let the client in; null if it did, or may yet.</summary>
    public IrcRequestFailure? RegistrationFailure => _registration.Failure;

    /// <inheritdoc/>
    public TimeSpan? NextDeadline { get; private set; }

    /// <inheritdoc/>
    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        _now = now;
        _registrationEnd = now + _settings.RegistrationTimeout;
        _registration.Begin(now);
        return Settle(output);
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        _now = now;
        while (_status.Kind != SessionStatusKind.Closed && _told.Count == 0)
        {
            DecodeStatus decoded = _lines.Decode(ref input, out ReadOnlySequence<byte> line);
            if (decoded == DecodeStatus.NeedMore)
            {
                break;
            }

            if (decoded == DecodeStatus.Violation)
            {
                Tell(new IrcMalformedEvent(IrcViolation.LineTooLong));
            }
            else
            {
                ReceiveLine(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
            }
        }

        return Settle(output);
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        _now = now;
        // A line without its break is not one: the connection may have been cut in it.
        End(_lastError is null
            ? new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Remote)
            : new ConnectionEnd(State.IsRegistered ? ConnectionEndReason.Completed : ConnectionEndReason.Refused, ErrorSide.Remote, _lastError));
        return Settle(output);
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        _now = now;
        _registration.OnDeadline(now);
        _nicks.OnDeadline(now);
        _requests.OnDeadline(now);
        if (!State.IsRegistered && now >= _registrationEnd)
        {
            End(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, "the server did not let the client in"));
        }
        else if (_batches.Deadline is { } late && now >= late)
        {
            End(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, "a batch was not closed"));
        }
        else if (_pingSent is { } sent && now >= sent + _settings.PingTimeout)
        {
            End(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, "the server gave no sign of life"));
        }
        else if (_pingSent is null && _pingAt is { } at && now >= at)
        {
            _pingSent = now;
            _outbox.Say(new IrcMessage("PING", PingToken(++_pings)));
        }

        return Settle(output);
    }

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        _now = now;
        Quit("");
        return Settle(output);
    }

    /// <summary>Ends the conversation with a reason. <b>Call</b>: on the turn.</summary>
    /// <exception cref="FormatException">The reason cannot be sent.</exception>
    public void Quit(string reason)
    {
        if (_status.Kind != SessionStatusKind.Closed)
        {
            _outbox.Say(string.IsNullOrEmpty(reason) ? new IrcMessage("QUIT") : new IrcMessage("QUIT", reason));
            End(new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Local));
        }
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out IrcClientEvent sessionEvent) => _told.TryDequeue(out sessionEvent!);

    /// <summary>Answers a challenge of SASL; null gives the mechanism up. <b>Call</b>: on the turn.</summary>
    public void AnswerChallenge(ReadOnlyMemory<byte>? answer) => _sasl.Answer(answer);

    /// <summary>Ends the conversation with a server that calls a login successful and has not proven that it knows the account. <b>Call</b>: on the turn.</summary>
    internal void DistrustLogin() => End(new ConnectionEnd(ConnectionEndReason.Refused, ErrorSide.Remote, _registration.Distrust().Description));

    /// <summary>Sends a message as soon as the pacing allows. <b>Call</b>: on the turn.</summary>
    /// <returns>False if too many wait, or the conversation is over.</returns>
    public bool TrySend(IrcMessage message) =>
        _status.Kind != SessionStatusKind.Closed
        && _outbox.TryAdd(message, message.Command == "ISON" && message.Tags.Count == 0 ? IrcUserRequests.IsOn(message.Parameters, tellsAnswer: true) : null);

    /// <summary>Begins a request; it fails at once if too many wait, or the conversation is over.</summary>
    internal void Ask(IrcRequest request)
    {
        if (_status.Kind == SessionStatusKind.Closed)
        {
            request.Fail(Gone(_status.End));
            return;
        }

        if (request.Message.Command == "NICK")
        {
            _nicks.Want(request.Message[0]);
        }

        _requests.Add(request);
    }

    /// <summary>Changes which nicknames are watched: the state names those whose coming and going is told.</summary>
    internal void Monitor(IEnumerable<string> added, IEnumerable<string> removed)
    {
        foreach (string nick in added.Where(nick => !State.Monitored.ContainsKey(nick)))
        {
            _tracker.State = State with { Monitored = State.Monitored.Add(nick, false) };
        }

        _tracker.State = State with { Monitored = State.Monitored.RemoveRange(removed) };
    }

    /// <summary>Fails all that still waits, after the connection has ended without the session.</summary>
    internal void Abandon(ConnectionEnd end)
    {
        End(end);
        _requests.FailAll(Gone(end));
    }

    private void ReceiveLine(ReadOnlySpan<byte> line)
    {
        IrcViolation violation = IrcMessageView.Decode(line, IrcLimits.TagsBytes, _settings.Limits.MaxMessageBytes, out IrcMessageView view);
        if (violation != IrcViolation.None)
        {
            Tell(new IrcMalformedEvent(violation));
        }
        else if (!view.Command.IsEmpty)
        {
            ReceiveMessage(IrcMessage.Of(view), line.Length);
        }
    }

    private void ReceiveMessage(IrcMessage message, int bytes)
    {
        if (message.Command == "BATCH" && message[0].Length > 1)
        {
            ReceiveBatch(message);
            return;
        }

        IrcBatches.OpenBatch? batch = _batches.Find(message.Tag("batch"));
        if (batch?.Collecting is { } collecting)
        {
            if (!_batches.TryCollect(collecting, message, bytes))
            {
                EndOverLimit("messages in batches");
            }

            return;
        }

        string? label = message.Tag("label") ?? batch?.Label;
        Apply(message, batch?.Batch, label);
        // one message with a label, outside a batch, is a whole answer
        if (batch is null && label is not null)
        {
            _requests.EndLabel(label, State);
        }
    }

    private void ReceiveBatch(IrcMessage message)
    {
        if (message[0][0] == '+')
        {
            if (!_batches.TryOpen(message, _now))
            {
                EndOverLimit("batches");
            }

            return;
        }

        if (_batches.Close(message[0][1..]) is not { } batch)
        {
            return;
        }

        if (batch.Collecting == batch)
        {
            var past = new IrcHistoryEvent(batch.Batch.Parameters.Count > 0 ? batch.Batch.Parameters[0] : "", [.. batch.Messages.Select(old => Dated(IrcTextReader.Read(old, State) ?? new IrcOtherEvent(), old, batch.Batch))]);
            if (!_requests.Offer(new IrcReply(message, State, false, batch.Label is not null, past), batch.Label))
            {
                Tell(Dated(past, message, batch.Batch));
            }
        }

        if (batch.Label is { } label && (batch.IsAnswer || batch.Batch.Parent is null))
        {
            _requests.EndLabel(label, State);
        }
    }

    private void Apply(IrcMessage message, IrcBatch? batch, string? label)
    {
        if (message.Command == "NICK" && label is not null && IrcStateTracker.IsName(message[0]) && _requests.IsAnswerTo(label, "NICK"))
        {
            // InspIRCd 3 labels this answer, and names in its source the nickname that the client has only by it.
            message = new IrcMessage(message.Tags, message.Source with { Name = State.Nick }, "NICK", message[0]);
        }

        bool isOwn = !message.Source.IsEmpty && State.IsSelf(message.Source.Name);
        if (IsHousekeeping(message))
        {
            return;
        }

        bool isQuiet = false;
        IrcClientEvent? told = null;
        if (message.Numeric > 0)
        {
            isQuiet = _numerics.Apply(message, out told) || ApplyWelcome(message);
        }
        else
        {
            _tracker.LearnSource(message);
            told = IrcTextReader.Read(message, State) ?? ApplyPlain(message) ?? _tracker.Apply(message);
        }

        bool isTaken = _requests.Offer(new IrcReply(message, State, isOwn, label is not null, told), label);
        isTaken |= _nicks.See(message, State);
        bool isRefused = message.Numeric is >= 431 and <= 438 or 447 or 484;
        if ((told is IrcNickEvent { IsOwn: true } || isRefused) && _isReady)
        {
            // A nickname that was refused is watched from then on: it is wanted, and another's.
            _nicks.Watch(State, _now);
        }

        if (told is IrcCtcpEvent ctcp && !isOwn)
        {
            _ctcp.Answer(ctcp, message.Source.Name, _now);
        }

        if (_tracker.IsOverLimit)
        {
            EndOverLimit("channels");
        }

        TellApplied(told, isTaken || isQuiet, message, batch);
    }

    // What changed nothing and answered nobody is told as it is.
    private void TellApplied(IrcClientEvent? told, bool isQuiet, IrcMessage message, IrcBatch? batch)
    {
        told ??= isQuiet || message.Command == "ACK" ? null
            : message.Numeric > 0 ? new IrcNumericEvent(message.Numeric, message.Last)
            : IrcStandardReply.Of(message) is { } reply ? new IrcStandardReplyEvent(reply)
            : new IrcOtherEvent();
        if (told is not null)
        {
            Tell(Dated(told, message, batch));
        }

        while (_numerics.Presences.TryDequeue(out IrcPresenceEvent? presence))
        {
            Tell(Dated(presence, message, batch));
        }
    }

    // Messages that keep the connection going, and say nothing of the network.
    private bool IsHousekeeping(IrcMessage message)
    {
        if (_registration.Take(message))
        {
            while (_registration.Told.TryDequeue(out IrcClientEvent? told))
            {
                Tell(Dated(told, message, null));
                if (told is IrcStsEvent { Port: not null })
                {
                    End(new ConnectionEnd(ConnectionEndReason.Refused, ErrorSide.Remote, "the server wants a secure connection"));
                }
            }

            return true;
        }

        switch (message.Command)
        {
            case "PING":
                // A token that cannot be a last parameter does not exist: what was decoded can be said again.
                _outbox.Say(new IrcMessage("PONG", message[0]));
                return true;
            case "PONG" when message.Last == PingToken(_pings) && _pingSent is { } sent:
                _tracker.State = State with { Lag = _now - sent };
                _pingSent = null;
                _pingAt = _now + _settings.PingInterval;
                Tell(Dated(new IrcLagEvent(_now - sent), message, null));
                BecomeReady();
                return true;
            case "PONG" when _requests.EndBarrier(message.Last, State):
                return true;
            default:
                return false;
        }
    }

    private IrcClientEvent? ApplyPlain(IrcMessage message)
    {
        switch (message.Command)
        {
            case "ERROR":
                _lastError = message.Last;
                return new IrcErrorEvent(message.Last);
            case "INVITE" when message.Parameters.Count >= 2:
                return new IrcInviteEvent(message[1], message[0], State.IsSelf(message[0]));
            default:
                return null;
        }
    }

    private bool ApplyWelcome(IrcMessage message)
    {
        switch (message.Numeric)
        {
            case IrcNumeric.RplWelcome when !State.IsRegistered:
                _registration.Welcome(message);
                Tell(Dated(new IrcRegisteredEvent(State.Nick), message, null));
                // its answer ends what the server says at first, where it has no message of the day
                _pingSent = _now;
                _outbox.Say(new IrcMessage("PING", PingToken(++_pings)));
                return true;
            case IrcNumeric.RplEndOfMotd or IrcNumeric.ErrNoMotd when !_isReady:
                BecomeReady();
                return true;
            case IrcNumeric.RplYourHost or IrcNumeric.RplCreated:
                return true;
            default:
                return false;
        }
    }

    private void BecomeReady()
    {
        if (_isReady || !State.IsRegistered)
        {
            return;
        }

        _isReady = true;
        if (_settings.IsBot && State.Features.BotMode is { } bot && char.IsAsciiLetter(bot))
        {
            _outbox.TryAdd(new IrcMessage("MODE", State.Nick, "+" + bot));
        }

        _nicks.Watch(State, _now);
        Tell(new IrcReadyEvent(State.Nick) { Time = _startedAt + _now });
    }

    private SessionStatus Settle(IBufferWriter<byte> output)
    {
        if (_registration.Failure is { } failure && _status.Kind != SessionStatusKind.Closed)
        {
            End(new ConnectionEnd(ConnectionEndReason.Refused, ErrorSide.Remote, failure.Description));
        }

        _outbox.FlushUrgent(output);
        if (_status.Kind != SessionStatusKind.Closed && State.IsRegistered)
        {
            _requests.SendNext(output, State, _now);
        }

        NextDeadline = _status.Kind == SessionStatusKind.Closed
            ? null
            : Earliest(
                State.IsRegistered ? null : _registrationEnd,
                _registration.NextAt,
                _nicks.NextAt,
                _requests.Deadline,
                _batches.Deadline,
                State.IsRegistered ? _outbox.NextAt : null,
                _pingSent is { } sent ? sent + _settings.PingTimeout : _pingAt);
        return _status;
    }

    private static TimeSpan? Earliest(params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? earliest = null;
        foreach (TimeSpan? time in times)
        {
            earliest = earliest is null || time < earliest ? time ?? earliest : earliest;
        }

        return earliest;
    }

    private void EndOverLimit(string what) => End(new ConnectionEnd(ConnectionEndReason.LimitExceeded, ErrorSide.Remote, $"too many {what}"));

    private void End(ConnectionEnd end)
    {
        if (_status.Kind != SessionStatusKind.Closed)
        {
            _status = SessionStatus.ClosedBy(end);
            _requests.FailAll(Gone(end));
        }
    }

    private static IrcRequestFailure Gone(ConnectionEnd end) => new(IrcRequestFailureKind.ConnectionEnded, $"The connection has ended: {end}.");

    private void Tell(IrcClientEvent told) => _told.Enqueue(told.Time == default ? told with { Time = _startedAt + _now, State = State } : told);

    private IrcClientEvent Dated(IrcClientEvent told, IrcMessage message, IrcBatch? batch) =>
        told with { Message = message, Batch = batch, State = State, Time = IrcTime.TryParse(message.Tag("time"), out DateTimeOffset time) ? time : _startedAt + _now };

    private static string PingToken(long number) => $"rw{number}";
}
