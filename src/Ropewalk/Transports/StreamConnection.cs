using System.Collections;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// The core that all stream transports of the engine share: a <see cref="ConnectionContext"/> whose pipes work directly on a transport that
/// can say "not now" (a non-blocking socket, a memory link), with half-close, abort, end reason, outbound queue and counters as features.
/// </summary>
/// <remarks>
/// <b>Theory.</b> A transport derives from this class and supplies a handful of non-blocking primitives: receive, send, tell me when, end
/// the output, close. It reports readiness with <see cref="OnReadable"/> and <see cref="OnWritable"/>. One gate guards both halves; no
/// handler code ever runs under it. <b>End of life</b>, in this order: each direction ends (peer's end received or reader completed; own end
/// sent); then the transport is closed; then <see cref="ConnectionClosed"/> fires. An abort skips to the second step. The first recorded
/// <see cref="End"/> is kept.
/// </remarks>
public abstract class StreamConnection : ConnectionContext, IDuplexPipe, IFeatureCollection,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature,
    IConnectionLifetimeNotificationFeature, IConnectionEndPointFeature,
    IHalfCloseFeature, IConnectionEndFeature, IOutboundQueueFeature, IBufferUseFeature, IConnectionCountersFeature, ITransportTurnFeature
{
    private static long _lastId;

    private readonly StreamInput _input;
    private readonly StreamOutput _output;
    private readonly long _number = Interlocked.Increment(ref _lastId);
    private Dictionary<Type, object?>? _extra;
    private IFeatureLayer? _layer;
    private IDictionary<object, object?>? _items;
    private IDuplexPipe? _transport;
    private CancellationTokenSource? _closed;
    private CancellationTokenSource? _inputEnded;
    private TaskCompletionSource? _closing;
    private CloseRequests _closeRequests;
    private string? _id;
    private ConnectionEnd _end;
    private int _revision;
    private bool _inputDone;
    private bool _outputDone;
    private bool _isClosed;
    private bool _isOver;
    private bool _peerEnded;
    private LingeringClose? _lingering;

    /// <summary>Creates the connection; the transport reports nothing before the derived constructor has returned.</summary>
    private protected StreamConnection(StreamTransportOptions options)
    {
        Options = options;
        _input = new StreamInput(this);
        _output = new StreamOutput(this, _input, options.OutboundQueueLimitBytes);
    }

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _id ??= "rw" + _number.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        set => _id = value;
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features => this;

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <inheritdoc/>
    public override IDuplexPipe Transport
    {
        get => _transport ?? this;
        set => _transport = value == this ? null : value;
    }

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed
    {
        get => TokenOf(ref _closed, ref _isOver);
        set => throw new NotSupportedException("The transport owns this token.");
    }

    /// <inheritdoc/>
    public CancellationToken ConnectionClosedRequested
    {
        get => _closeRequests.TokenOf(Gate);
        set => throw new NotSupportedException("The transport owns this token.");
    }

    /// <inheritdoc/>
    public CancellationToken InputEnded => TokenOf(ref _inputEnded, ref _peerEnded);

    /// <inheritdoc/>
    public bool OutputEnded => _output.Ended;

    /// <inheritdoc/>
    public ConnectionEnd End
    {
        get
        {
            lock (Gate)
            {
                return _end;
            }
        }
    }

    /// <inheritdoc/>
    public long QueuedBytes => _output.QueuedBytes;

    /// <inheritdoc/>
    public long LimitBytes
    {
        get => _output.LimitBytes;
        set => _output.LimitBytes = value;
    }

    /// <inheritdoc/>
    public OutboundOverflow Overflow
    {
        get => _output.Overflow;
        set => _output.Overflow = value;
    }

    /// <inheritdoc/>
    public long Dropped => _output.Dropped;

    /// <inheritdoc/>
    public long InputBytes => _input.HeldBytes;

    /// <inheritdoc/>
    public long OutputBytes => _output.QueuedBytes;

    /// <inheritdoc/>
    public bool ReadsPaused
    {
        get => _input.Paused;
        set => _input.Paused = value;
    }

    /// <inheritdoc/>
    public long ReceivedBytes => _input.ReceivedBytes;

    /// <inheritdoc/>
    public long SentBytes => _output.SentBytes;

    /// <inheritdoc/>
    public string? ServedBy { get; set; }

    /// <inheritdoc/>
    public virtual TimeProvider? LoopTimers => null;

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _revision;

    internal StreamTransportOptions Options { get; }

    /// <summary>Gets or sets who is told of callbacks that threw.</summary>
    internal ICallbackObserver? CallbackObserver { get; set; }

    /// <summary>Gets the system's words for the last failure.</summary>
    internal string? LastError { get; private protected set; }

    /// <summary>Gets whether the transport has announced an end or a reset, so that a short read does not mean that nothing is left.</summary>
    internal bool HangupSeen { get; private protected set; }

    /// <summary>Gets whether the peer has sent urgent data: reads stop short at its place, so that a short read does not mean that nothing is left.</summary>
    internal bool UrgentSeen { get; private protected set; }

    /// <summary>Gets whether the transport is closed and must not be touched. Read under the gate.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>Gets whether a handler waits in a read. Read under the gate.</summary>
    internal bool ReaderWaits => _input.Waits;

    /// <summary>Gets whether neither bytes nor the end came before a reset, for <see cref="ResetGrace"/>. Read under the gate.</summary>
    internal virtual bool HasOnlyReset => true;

    /// <summary>Gets or sets the timer of <see cref="ResetGrace"/>.</summary>
    internal ITimer? ResetTimer { get; set; }

    /// <summary>Gets what both halves lock.</summary>
    internal object Gate => _input;

    /// <summary>Gets or sets what lies over the transport (TLS): its features come before the transport's own, without an entry for each.</summary>
    internal IFeatureLayer? Layer
    {
        get => _layer;
        set
        {
            _revision++;
            _layer = value;
        }
    }

    object? IFeatureCollection.this[Type key]
    {
        get => _extra is not null && _extra.TryGetValue(key, out object? set) ? set
            : !key.IsInterface ? null
            : key.IsInstanceOfType(_layer) ? _layer
            : key.IsInstanceOfType(this) ? this
            : null;
        set
        {
            _revision++;
            (_extra ??= [])[key] = value;
        }
    }

    /// <inheritdoc/>
    public bool TrySetEnd(ConnectionEnd end)
    {
        lock (Gate)
        {
            if (_end.Reason != ConnectionEndReason.Open)
            {
                return false;
            }

            _end = end;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool TryEnqueue(SharedBytes bytes) => _output.TryEnqueue(bytes);

    /// <inheritdoc/>
    public ValueTask EndOutputAsync(CancellationToken cancellationToken = default) => _output.EndAsync(cancellationToken);

    /// <inheritdoc/>
    public void RequestClose() => _closeRequests.Request(Gate);

    /// <summary>Has somebody told of a request to end, as the token <see cref="ConnectionClosedRequested"/> tells it: one at a time; null for nobody.</summary>
    internal void ObserveCloseRequest(ICloseRequestObserver? observer) => _closeRequests.Observe(Gate, observer);

    /// <summary>Resets the connection: nothing that waits is sent, the peer sees a reset, reads fail with <see cref="ConnectionAbortedException"/>.</summary>
    /// <param name="abortReason">Why; null is taken too, because Kestrel passes it.</param>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        abortReason ??= new ConnectionAbortedException();
        TrySetEnd(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local, abortReason.Message));
        Fail(abortReason);
    }

    /// <inheritdoc/>
    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the application."));

    /// <summary>
    /// Ends both directions in good order: what was flushed is sent, then the end. Waits for that up to
    /// <see cref="StreamTransportOptions.CloseTimeout"/>, then resets.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        // a layer (TLS) has last words of its own to send through these pipes first
        if (_transport is IAsyncDisposable layer)
        {
            await layer.DisposeAsync();
        }

        _output.Complete();
        _input.Complete();
        Task? closing = null;
        lock (Gate)
        {
            if (!_isOver)
            {
                // who disposes on the transport's turn goes on there; anybody else's code does not run on it
                _closing ??= new TaskCompletionSource(IsOnTurn ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
                closing = _closing.Task;
            }
        }

        if (closing is null)
        {
            return;
        }

        try
        {
            await closing.WaitAsync(Options.CloseTimeout, TransportTurn.Timers(this, Options.TimeProvider));
        }
        catch (TimeoutException)
        {
            TrySetEnd(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, "the peer did not take the last bytes in time"));
            Fail(new ConnectionAbortedException("The peer did not take the last bytes in time."));
        }
    }

    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default
    {
        if (_extra is not null && _extra.TryGetValue(typeof(TFeature), out object? set))
        {
            return (TFeature?)set;
        }

        return _layer is TFeature above ? above : this is TFeature feature ? feature : default;
    }

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default
    {
        _revision++;
        (_extra ??= [])[typeof(TFeature)] = instance;
    }

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator()
    {
        foreach (Type type in _layer is null ? BuiltIn : BuiltIn.Union(_layer.FeatureTypes))
        {
            if (_extra is null || !_extra.ContainsKey(type))
            {
                yield return new KeyValuePair<Type, object>(type, type.IsInstanceOfType(_layer) ? _layer! : this);
            }
        }

        foreach ((Type type, object? feature) in _extra ?? [])
        {
            if (feature is not null)
            {
                yield return new KeyValuePair<Type, object>(type, feature);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<Type, object>>)this).GetEnumerator();

    internal static Exception ExceptionFor(in ConnectionEnd end) => end.Reason == ConnectionEndReason.PeerReset
        ? new ConnectionResetException("The peer reset the connection.")
        : new ConnectionAbortedException(end.ToString());

    /// <summary>Receives what there is. Never blocks. Zero bytes moved mean the end of the peer's output.</summary>
    internal abstract TransportOutcome TryReceive(Span<byte> buffer, out int count);

    /// <summary>Sends what the system takes. Never blocks.</summary>
    internal abstract TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count);

    /// <summary>Gets a pipe through which bytes go from this connection to another one without being copied; null where there is none.</summary>
    internal virtual IDirectPipe? TryRentDirectPipe(StreamConnection to) => null;

    /// <summary>Receives what there is into an empty pipe that <see cref="TryRentDirectPipe"/> gave. Never blocks.</summary>
    internal virtual TransportOutcome TryReceive(IDirectPipe pipe, out int count)
    {
        count = 0;
        return TransportOutcome.Unsupported;
    }

    /// <summary>Sends what such a pipe holds, as far as the system takes it. Never blocks.</summary>
    internal virtual TransportOutcome TrySend(IDirectPipe pipe, out int count)
    {
        count = 0;
        return TransportOutcome.Unsupported;
    }

    /// <summary>Asks for <see cref="OnReadable"/> once there is something to receive.</summary>
    internal abstract void WantReadable();

    /// <summary>Asks for <see cref="OnWritable"/>, or sends <paramref name="front"/> in the background and calls <see cref="OnSent"/>.</summary>
    internal abstract void WantWritable(ReadOnlyMemory<byte> front);

    /// <summary>Asks for <see cref="OnReadable"/> soon, from a clean stack, after others have had their turn.</summary>
    internal abstract void ScheduleReadable();

    /// <summary>Asks for <see cref="OnFlushScheduled"/> at the end of the transport's turn, or soon.</summary>
    internal abstract void ScheduleFlush();

    /// <summary>Does as <see cref="ScheduleFlush"/> if the caller is on this transport's turn; otherwise the caller sends at once.</summary>
    internal virtual bool TryDeferFlush() => false;

    /// <summary>Gets whether the caller is on this transport's turn.</summary>
    internal virtual bool IsOnTurn => false;

    /// <summary>Sends the end of this side's output.</summary>
    internal abstract void ShutdownOutput();

    /// <summary>Closes the transport, resetting it if asked. Called once.</summary>
    private protected abstract void CloseTransport(bool reset);

    /// <inheritdoc/>
    public abstract void Post(Action<object?> action, object? state);

    internal void OnReadable()
    {
        if (Volatile.Read(ref _lingering) is { } lingering)
        {
            lingering.Drain();
        }
        else
        {
            _input.OnReadable();
        }
    }

    internal void OnWritable() => _output.OnWritable();

    internal void OnSent(int count) => _output.OnSent(count);

    internal void OnFlushScheduled() => _output.OnFlushScheduled();

    /// <summary>Learns that the peer's output has ended.</summary>
    internal void OnPeerEnded()
    {
        NotePeerEnded();
        OnInputDone();
    }

    /// <summary>Fires <see cref="InputEnded"/>, once.</summary>
    internal void NotePeerEnded()
    {
        lock (Gate)
        {
            if (_peerEnded)
            {
                return;
            }

            _peerEnded = true;
            Cancel(_inputEnded);
        }
    }

    internal void OnInputDone() => OnDone(ref _inputDone);

    internal void OnOutputDone() => OnDone(ref _outputDone);

    /// <summary>Records a failure found under the gate and ends the connection from a clean stack.</summary>
    internal void OnTransportFailed(ConnectionEnd end)
    {
        TrySetEnd(end);
        Post(static state => ((StreamConnection)state!).Fail(null), this);
    }

    private void Fail(Exception? error)
    {
        if (error is null && End.Reason == ConnectionEndReason.PeerReset && _lingering is null)
        {
            _input.TakeLastWords();
        }

        if (!TryClose(reset: true))
        {
            return;
        }

        if (_lingering is not null)
        {
            return;
        }

        // not on the caller's stack: it may hold locks, or have many more to abort
        error ??= ExceptionFor(End);
        if (_input.Fail(error, discard: error is ConnectionAbortedException))
        {
            Post(static state => ((StreamConnection)state!)._input.ResumeFailed(), this);
        }

        if (_output.Close())
        {
            Post(static state => ((StreamConnection)state!)._output.Resume(), this);
        }

        FireClosed();
    }

    private void OnDone(ref bool direction)
    {
        lock (Gate)
        {
            direction = true;
            if (!_inputDone || !_outputDone || _isClosed)
            {
                return;
            }

            // the input's own end: a peer that has ended may have bytes here that nobody has read, and a close would answer them with a reset
            TrySetEnd(new ConnectionEnd(ConnectionEndReason.Completed, _peerEnded ? ErrorSide.Remote : ErrorSide.Local));
            if (!_input.Ended && _lingering is null && LingeringClose.TryBegin(this) is { } lingering)
            {
                Volatile.Write(ref _lingering, lingering);
                FireClosed();
                return;
            }
        }

        if (TryClose(reset: false))
        {
            FireClosed();
        }
    }

    /// <summary>Closes the transport after a lingering close.</summary>
    internal void OnLingered() => TryClose(reset: false);

    private bool TryClose(bool reset)
    {
        lock (Gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _isClosed = true;
            ResetTimer?.Dispose();
            CloseTransport(reset);
            return true;
        }
    }

    private void FireClosed()
    {
        NotePeerEnded();
        lock (Gate)
        {
            _isOver = true;
            Cancel(_closed);
            if (_closing is not null)
            {
                Post(static state => ((TaskCompletionSource)state!).TrySetResult(), _closing);
            }
        }
    }

    private CancellationToken TokenOf(ref CancellationTokenSource? source, ref bool fired)
    {
        lock (Gate)
        {
            if (source is null)
            {
                if (fired)
                {
                    return new CancellationToken(canceled: true);
                }

                source = new CancellationTokenSource();
            }

            return source.Token;
        }
    }

    // Callbacks are the application's: they never run under the gate.
    private void Cancel(CancellationTokenSource? source)
    {
        if (source is not null)
        {
            Post(
                static state =>
                {
                    var (source, connection) = ((CancellationTokenSource, StreamConnection))state!;
                    LifetimeTokens.Fire(source, connection);
                },
                (source, this));
        }
    }

    private static readonly Type[] BuiltIn =
    [
        typeof(IConnectionIdFeature), typeof(IConnectionTransportFeature), typeof(IConnectionItemsFeature), typeof(IConnectionLifetimeFeature),
        typeof(IConnectionLifetimeNotificationFeature), typeof(IConnectionEndPointFeature), typeof(IHalfCloseFeature), typeof(IConnectionEndFeature),
        typeof(IOutboundQueueFeature), typeof(IBufferUseFeature), typeof(IConnectionCountersFeature), typeof(ITransportTurnFeature),
    ];
}
