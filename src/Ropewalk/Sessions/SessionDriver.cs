using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>
/// Drives one session over one connection, for servers and clients alike: the one loop that reads, tells events, sends, keeps deadlines,
/// half-closes, upgrades and ends.
/// </summary>
/// <remarks>
/// <para><b>Theory.</b> Everything that can happen (input, a post, the timer, a stop, the connection's end) sets a flag and wakes the loop; the
/// loop has the turn and looks at all flags, so a session needs no lock. In one turn: input first, because a message that came in time must not lose
/// against its deadline; then posts; then the deadline; then the stop. Then what was written is sent at once, and only then the loop waits again: the timer is armed before
/// the sending, so whoever has seen the answer knows that the next deadline stands.</para>
/// <para>While the peer takes no output, the session hears nothing at all: time, input and posts wait, and <see cref="SessionOptions.FlushTimeout"/> ends it.</para>
/// <para>A conversation allocates when it begins; after that, a message costs no allocation here.</para>
/// </remarks>
/// <typeparam name="TSession">The session.</typeparam>
/// <typeparam name="TEvent">What it tells.</typeparam>
public sealed class SessionDriver<TSession, TEvent> : ITurnKeeper, ICloseRequestObserver
    where TSession : class, ISession<TEvent>
{
    private readonly ConnectionContext _connection;
    private readonly TSession _session;
    private readonly ISessionApplication<TSession, TEvent> _application;
    private readonly SessionOptions _options;
    private readonly SessionTurn<TSession> _turn;
    private readonly WakeSignal _wake;
    private readonly SessionTimer _timer;
    private readonly SessionInput _input;
    private readonly SessionOutput _output;
    private IHalfCloseFeature? _halfClose;
    private CancellationTokenRegistration _closing;
    private CancellationTokenRegistration _stopping;
    private ConnectionEnd _end = new(ConnectionEndReason.HandlerFailed, ErrorSide.Local);
    private SessionStatus _status;
    private bool _stopSignalled;
    private bool _toldStop;
    private bool _toldEnd;

    /// <summary>Creates a driver. Nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="connection">The connection. Its owner disposes it.</param>
    /// <param name="session">The machine.</param>
    /// <param name="application">What its events are told to.</param>
    /// <param name="options">Clock and bounds; null for the defaults.</param>
    public SessionDriver(ConnectionContext connection, TSession session, ISessionApplication<TSession, TEvent> application, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(application);
        _options = options ?? new SessionOptions();
        _options.Validate();
        _connection = connection;
        _session = session;
        _application = application;
        ITransportTurnFeature? turn = connection.Features.Get<ITransportTurnFeature>() is { LoopTimers: not null } own ? own : null;
        _wake = new WakeSignal(turn);
        _timer = new SessionTimer(TransportTurn.Timers(turn, _options.TimeProvider), _wake);
        _input = new SessionInput(connection.Transport.Input, _wake);
        _output = new SessionOutput(connection, _timer, _wake, _options);
        _halfClose = connection.Features.Get<IHalfCloseFeature>();
        Port = new SessionPort<TSession>(_options.PortCapacity, _wake);
        _turn = new SessionTurn<TSession>(this, session, connection, Port);
    }

    /// <summary>Gets the way in from outside.</summary>
    public SessionPort<TSession> Port { get; }

    /// <summary>Gets the turn, for what must be set up before <see cref="RunAsync"/>; not to be used after.</summary>
    public SessionTurn<TSession> Turn => _turn;

    PipeWriter ITurnKeeper.Output => _output.Writer;

    TimeSpan ITurnKeeper.Now
    {
        get
        {
            _timer.Refresh();
            return _timer.Now;
        }
    }

    private bool IsOver => _status.Kind == SessionStatusKind.Closed;

    private bool HasNothingToDo => !_input.HasNews && Port.Waiting == 0 && !_timer.HasFired && !MustStop;

    private bool MustStop => !_toldStop && (Volatile.Read(ref _stopSignalled) || Port.StopRequested);

    /// <summary>Drives the conversation to its end. Both directions are then ended, unless the connection was lost before.</summary>
    /// <returns>How it ended. A peer that resets, vanishes or breaks a rule is an end, not an exception.</returns>
    /// <exception cref="Exception">What the session or the application threw.</exception>
    public async Task<ConnectionEnd> RunAsync()
    {
        await ConverseAsync(null);
        return _end;
    }

    // One method and one field for what would else be three frames and three variables: every idle conversation keeps its frames.
    internal async Task ConverseAsync(IConversation<TSession>? conversation)
    {
        try
        {
            await (conversation?.OnBeginAsync(_turn) ?? ValueTask.CompletedTask);
            try
            {
                Begin();
                while (true)
                {
                    await PollAsync();
                    await RunPostsAsync();
                    await TellTimeAndStopAsync();
                    if (_status.Kind == SessionStatusKind.Upgrade)
                    {
                        await UpgradeAsync();
                        continue;
                    }

                    await SettleTurnAsync();
                    if (IsOver)
                    {
                        break;
                    }

                    PrepareToWait();
                    while (HasNothingToDo)
                    {
                        ThrowIfLost();
                        await _wake.WaitAsync();
                    }
                }

                Record(_status.End);
                await FinishAsync();
            }
            catch (Exception exception) when (LostBy(exception) is { } lost)
            {
                Record(lost);
            }
            finally
            {
                Close();
            }

            _end = Recorded(_end);
        }
        finally
        {
            await (conversation?.OnEndAsync(_turn, _end) ?? ValueTask.CompletedTask);
        }
    }

    ValueTask ITurnKeeper.FlushAsync() => _output.FlushAsync();

    void ICloseRequestObserver.OnCloseRequested()
    {
        Volatile.Write(ref _stopSignalled, true);
        _wake.Set(inline: false);
    }

    private void Begin()
    {
        var stop = _connection.Features.Get<IConnectionLifetimeNotificationFeature>();
        if (stop is StreamConnection own)
        {
            own.ObserveCloseRequest(this);
        }
        else if (stop is not null)
        {
            _stopping = stop.ConnectionClosedRequested.UnsafeRegister(static self => ((ICloseRequestObserver)self!).OnCloseRequested(), this);
        }

        _timer.Refresh();
        _status = _session.Begin(_output.Writer, _timer.Now);
        _output.Note(_status);
    }

    // What was recorded first counts: who recorded it knew more.
    private void Record(ConnectionEnd end)
    {
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        _end = IsOver ? _status.End : end;
    }

    private ConnectionEnd Recorded(ConnectionEnd otherwise) =>
        _connection.Features.Get<IConnectionEndFeature>() is { End.Reason: not ConnectionEndReason.Open } feature ? feature.End : otherwise;

    // Nothing is waited for: a callback that runs right now only wakes a loop that is no more.
    private void Close()
    {
        (_connection as StreamConnection)?.ObserveCloseRequest(null);
        _stopping.Unregister();
        _closing.Unregister();
        _timer.Dispose();
        Port.Close(Recorded(_end));
    }

    // Offers what has been read, and tells the events, until the session neither consumes nor tells anything more.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PollAsync()
    {
        _timer.Refresh();
        if (_status.Kind is not (SessionStatusKind.Closed or SessionStatusKind.Upgrade))
        {
            _input.Hold();
        }

        while (true)
        {
            bool settled = Receive(out ValueTask handling);
            if (!handling.IsCompletedSuccessfully)
            {
                await handling;
                _timer.Refresh();
            }
            else if (!settled)
            {
                await _output.FlushAsync();
                _timer.Refresh();
            }
            else if (!TellEnd())
            {
                break;
            }
        }

        CheckUnconsumed();
        _input.Release(wantsMore: _status.Kind is not (SessionStatusKind.Paused or SessionStatusKind.Upgrade));
    }

    // True: settled. False: an event is being handled, or enough is written to be sent first.
    private bool Receive(out ValueTask handling)
    {
        var reader = new SequenceReader<byte>(_input.Buffer);
        long offered = -1;
        try
        {
            while (true)
            {
                if (TellEvents(out handling, out bool told))
                {
                    return false;
                }

                bool idle = !told && offered == reader.Consumed;
                if (idle || _status.Kind is SessionStatusKind.Closed or SessionStatusKind.Upgrade)
                {
                    return true;
                }

                if (_output.IsFull)
                {
                    return false;
                }

                offered = reader.Consumed;
                _status = _session.Receive(ref reader, _output.Writer, _timer.Now);
                _output.Note(_status);
            }
        }
        finally
        {
            _input.Buffer = _input.Buffer.Slice(reader.Position);
        }
    }

    // True: an event's handling goes on.
    private bool TellEvents(out ValueTask handling, out bool told)
    {
        told = false;
        while (_session.TryTakeEvent(out TEvent sessionEvent))
        {
            told = true;
            handling = _application.OnEventAsync(sessionEvent, _turn);
            if (!handling.IsCompletedSuccessfully)
            {
                return true;
            }

            handling.GetAwaiter().GetResult();
        }

        handling = default;
        return false;
    }

    // True: the session was told of the end, and there may be more to tell.
    private bool TellEnd()
    {
        bool listens = _status.Kind is SessionStatusKind.NeedMore or SessionStatusKind.EndOutput;
        if (!_input.PeerEnded || _toldEnd || !listens)
        {
            return false;
        }

        _toldEnd = true;
        _status = _session.ReceiveEnd(_output.Writer, _timer.Now);
        _output.Note(_status);
        return true;
    }

    private void CheckUnconsumed()
    {
        if (_status.Kind is SessionStatusKind.NeedMore or SessionStatusKind.EndOutput && _input.Buffer.Length > _options.MaxUnconsumedBytes)
        {
            _status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.LimitExceeded, ErrorSide.Remote, $"more than {_options.MaxUnconsumedBytes} bytes make no message"));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunPostsAsync()
    {
        // What is posted meanwhile has its turn after the input has had its own.
        for (int left = Port.Waiting; left > 0 && _status.Kind is not (SessionStatusKind.Closed or SessionStatusKind.Upgrade); left--)
        {
            if (!Port.TryTake(out SessionPost<TSession> post))
            {
                return;
            }

            post.Invoke(_turn);
            await PollAsync();
            if (_output.IsFull)
            {
                await _output.FlushAsync();
            }
        }
    }

    private async ValueTask TellTimeAndStopAsync()
    {
        TimeSpan? deadline = _session.NextDeadline;
        if (_status.Kind is not (SessionStatusKind.Closed or SessionStatusKind.Upgrade) && _timer.HasPassed(deadline))
        {
            _status = _session.OnDeadline(_output.Writer, _timer.Now);
            _output.Note(_status);
            await PollAsync();
            if (!IsOver && _session.NextDeadline == deadline)
            {
                throw new InvalidOperationException($"{typeof(TSession).Name} was told of its deadline and did not move it.");
            }
        }

        _timer.TakeFired();
        if (MustStop && _status.Kind is not (SessionStatusKind.Closed or SessionStatusKind.Upgrade))
        {
            _toldStop = true;
            _status = _session.RequestStop(_output.Writer, _timer.Now);
            _output.Note(_status);
            await PollAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SettleTurnAsync()
    {
        if (_session.NextDeadline is { } deadline && !IsOver)
        {
            _timer.Arm(deadline);
        }

        await _output.FlushAsync();
        if (_output.MustEnd && _halfClose is not null)
        {
            await _output.EndAsync();
        }

        if (_toldEnd && _output.HasEnded && !IsOver)
        {
            // Nothing can be said or heard any more.
            _status = SessionStatus.Closed;
        }
    }

    private void PrepareToWait()
    {
        if (_session.NextDeadline is { } deadline)
        {
            // Again, because sending may have used the timer.
            _timer.Arm(deadline);
        }

        if (_status.Kind != SessionStatusKind.Paused)
        {
            _input.StartRead();
        }

        if (!_input.IsReading && _closing == default)
        {
            _closing = _connection.ConnectionClosed.UnsafeRegister(static self => ((SessionDriver<TSession, TEvent>)self!)._wake.Set(inline: false), this);
        }
    }

    // A read that is under way tells of the end itself. Without one, only this does.
    private void ThrowIfLost()
    {
        // In this order: a connection whose token nobody has asked for need not make one.
        if (_input.IsReading || !_connection.ConnectionClosed.IsCancellationRequested)
        {
            return;
        }

        if (_halfClose is not null)
        {
            _output.ThrowLost(null);
        }

        // Another transport may fire the token at the peer's end already, while an answer can still be sent: only an error is the end.
        _input.Hold();
        _input.Release(wantsMore: false);
    }

    private async ValueTask UpgradeAsync()
    {
        _input.Release(wantsMore: false);
        await _input.StopReadAsync();
        bool refused = !_options.AllowsInputBehindUpgrade && !_input.Buffer.IsEmpty;
        _input.Release(wantsMore: false);
        if (refused)
        {
            _status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, "input behind the request to upgrade"));
            return;
        }

        try
        {
            await _application.UpgradeAsync(_turn);
        }
        catch (ProtocolException failure)
        {
            _output.ThrowLost(new ConnectionEnd(ConnectionEndReason.HandshakeFailed, failure.Side, failure.Message));
        }

        if (_output.HasUnflushed)
        {
            throw new InvalidOperationException("The upgrade has not sent the session's go-ahead: call SessionTurn.FlushAsync before it.");
        }

        _input.Exchange(_connection.Transport.Input);
        _output.Exchange(_connection.Transport.Output);
        _halfClose = _connection.Features.Get<IHalfCloseFeature>();
        _timer.Refresh();
        _status = _session.OnUpgraded(_output.Writer, _timer.Now);
        _output.Note(_status);
    }

    private async ValueTask FinishAsync()
    {
        if (_halfClose is not null)
        {
            await _output.EndAsync();
            await LingerAsync();
        }

        await _output.CompleteAsync();
        await _input.CompleteAsync();
    }

    // Closing a socket whose input is unread resets the connection, and the reset may overtake the last words.
    private async ValueTask LingerAsync()
    {
        _timer.Refresh();
        TimeSpan until = _timer.Now + _options.LingerTimeout;
        while (true)
        {
            _input.Discard();
            if (_input.PeerEnded || _timer.HasPassed(until))
            {
                return;
            }

            _timer.TakeFired();
            _timer.Arm(until);
            _input.StartRead();
            if (!_input.HasNews)
            {
                await _wake.WaitAsync();
            }

            _timer.Refresh();
        }
    }

    private ConnectionEnd? LostBy(Exception exception) => exception switch
    {
        _ when _output.Lost is { } lost => lost,
        _ when exception != _input.Failure && !_connection.ConnectionClosed.IsCancellationRequested => null,
        ConnectionResetException => new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote),
        ConnectionAbortedException aborted => new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local, aborted.Message),
        OperationCanceledException => new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local),
        IOException when exception == _input.Failure => new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Remote, exception.Message),
        _ => null,
    };
}
