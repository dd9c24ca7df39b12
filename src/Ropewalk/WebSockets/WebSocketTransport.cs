using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>
/// WebSocket over a connection's pipes: the pipes that take the place of <see cref="ConnectionContext.Transport"/>, and the features that
/// tell of it.
/// </summary>
/// <remarks>
/// <b>Theory.</b> WebSocket has one close frame each way, and who has sent one sends no more. Completing <see cref="Output"/> sends it. The
/// peer's is the end of what is read; it is answered when the handler has completed its output, at the latest after a while, so that a
/// handler can say its last words. (A browser throws them away: docs/design/websocket.md.) When both have crossed, or the peer's does not come
/// in time, the pipes below are completed, and the connection closes itself as it would without WebSocket.
/// </remarks>
internal sealed class WebSocketTransport : IDuplexPipe, IAsyncDisposable, IFeatureLayer,
    IHalfCloseFeature, IOutboundQueueFeature, IBufferUseFeature, IWebSocketFeature
{
    private static readonly Type[] Features =
        [typeof(IHalfCloseFeature), typeof(IOutboundQueueFeature), typeof(IBufferUseFeature), typeof(IWebSocketFeature)];

    private readonly Lock _lock = new();
    private readonly ConnectionContext _connection;
    private readonly WebSocketRequest _request;
    private readonly TimeSpan _closeTimeout;
    private readonly TimeSpan _answerTimeout;
    private readonly TimeProvider _time;
    private readonly IDuplexPipe _own;
    private readonly IOutboundQueueFeature _queue;
    private readonly IBufferUseFeature? _bufferUse;
    private readonly ITransportTurnFeature? _turn;
    private readonly WebSocketInput _input;
    private readonly WebSocketOutput _output;
    private readonly Completion _finished = new();
    private CancellationTokenSource? _inputEnded;
    private ITimer? _timer;
    private WebSocketCloseCode _closeCode;
    private string? _closeReason;
    private bool _readerCompleted;
    private bool _peerDone;
    private bool _outputDone;
    private bool _isFinished;

    /// <summary>Lays itself over a connection whose handshake is done.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="below">Its pipes.</param>
    /// <param name="queue">The queue of their writer; null if there is none: then one is made.</param>
    /// <param name="options">How.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="subprotocol">What was agreed on.</param>
    public WebSocketTransport(
        ConnectionContext connection, IDuplexPipe below, IOutboundQueueFeature? queue, WebSocketOptions options, WebSocketRequest request, WebSocketSubprotocol? subprotocol)
    {
        _connection = connection;
        _own = connection.Transport;
        _request = request;
        _closeTimeout = options.CloseTimeout;
        _answerTimeout = options.AnswerTimeout;
        _turn = connection.Features.Get<ITransportTurnFeature>();
        _time = TransportTurn.Timers(_turn, options.TimeProvider);
        _bufferUse = connection.Features.Get<IBufferUseFeature>();
        Subprotocol = subprotocol?.Name;
        bool isLines = options.Messages == WebSocketMessages.Lines;
        IsText = subprotocol?.IsText ?? options.SendsText ?? isLines;
        PipeWriter output = below.Output;
        if (queue is null)
        {
            var queued = new QueuedOutput(output, connection, _turn);
            (output, queue) = (queued, queued);
        }

        _queue = queue;
        Func<uint>? masks = (options as WebSocketClientOptions)?.Randomness;
        WebSocketForm form = !isLines ? WebSocketForm.Bytes : IsText ? WebSocketForm.TextLines : WebSocketForm.BinaryLines;
        WebSocketRole role = masks is null ? WebSocketRole.Server : WebSocketRole.Client;
        _output = new WebSocketOutput(this, output, queue, form, masks, options.MaxMessageBytes);
        _input = new WebSocketInput(this, below.Input, new WebSocketFrameDecoder(role, options.MaxMessageBytes), options);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public string Path => _request.Path;

    public string Query => _request.Query;

    public string Host => _request.Host;

    public string? Origin => _request.Origin;

    public string? Subprotocol { get; }

    public bool IsText { get; }

    public WebSocketCloseCode PeerCloseCode { get; private set; }

    public string PeerCloseReason { get; private set; } = "";

    public bool OutputEnded => _output.Ended;

    public long QueuedBytes => _queue.QueuedBytes;

    public long LimitBytes
    {
        get => _queue.LimitBytes;
        set => _queue.LimitBytes = value;
    }

    public OutboundOverflow Overflow
    {
        get => _queue.Overflow;
        set => _queue.Overflow = value;
    }

    public long Dropped => _queue.Dropped;

    public long InputBytes => _input.HeldBytes + (_bufferUse?.InputBytes ?? 0);

    public long OutputBytes => _output.HeldBytes + (_bufferUse?.OutputBytes ?? _queue.QueuedBytes);

    public bool ReadsPaused
    {
        get => _bufferUse?.ReadsPaused ?? false;
        set
        {
            if (_bufferUse is not null)
            {
                _bufferUse.ReadsPaused = value;
            }
        }
    }

    public CancellationToken InputEnded
    {
        get
        {
            lock (_lock)
            {
                if (_inputEnded is null)
                {
                    _inputEnded = new CancellationTokenSource();
                    if (_peerDone)
                    {
                        _inputEnded.Cancel();
                    }
                }

                return _inputEnded.Token;
            }
        }
    }

    IReadOnlyList<Type> IFeatureLayer.FeatureTypes => Features;

    public bool TryEnqueue(SharedBytes bytes) => _output.TryEnqueue(bytes);

    public async ValueTask EndOutputAsync(CancellationToken cancellationToken = default)
    {
        _output.Complete();
        await _output.Closing.WaitAsync(cancellationToken);
    }

    public void SetClose(WebSocketCloseCode code, string? reason = null)
    {
        if (!WebSocketRules.MaySend((int)code))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code is never sent.");
        }

        lock (_lock)
        {
            (_closeCode, _closeReason) = (code, reason);
        }
    }

    /// <summary>Takes the place of the connection's transport, sets the features, and begins to read.</summary>
    public void Install()
    {
        _connection.Transport = this;
        if (_connection is StreamConnection { Layer: null } own)
        {
            own.Layer = this;
        }

        foreach (Type type in Features)
        {
            // another layer (TLS), or a policy, may have set its own
            if (_connection.Features[type] != (object)this)
            {
                _connection.Features[type] = this;
            }
        }

        _input.Start();
    }

    /// <summary>Gives the connection its own transport back.</summary>
    public void Uninstall()
    {
        if (_connection.Transport == this)
        {
            _connection.Transport = _own;
        }
    }

    /// <summary>Ends both directions in good order: sends the close frame and waits for the peer's, or until it has taken too long.</summary>
    public async ValueTask DisposeAsync()
    {
        _output.Complete();
        _input.Complete();
        await _finished.Task;
        if (_own is IAsyncDisposable below && _own != (object)_connection)
        {
            // a layer below (TLS) has last words of its own
            await below.DisposeAsync();
        }
    }

    /// <summary>Lets go of a connection whose handler failed: says so, and waits for nothing.</summary>
    public void Abandon(WebSocketCloseCode code)
    {
        _output.SendClose(code, null);
        OnInputLost();
    }

    public void Abort(ConnectionEnd end)
    {
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        _output.Close();
        _connection.Abort(new ConnectionAbortedException(end.ToString()));
    }

    /// <summary>Runs something soon on the connection's own turn.</summary>
    public void Post(Action<object?> action, object? state) => TransportTurn.Post(_turn, action, state);

    public void Pong(ReadOnlySpan<byte> payload) => _output.Pong(payload);

    /// <summary>Says with which code the output is closed.</summary>
    public (WebSocketCloseCode Code, string? Reason) ChooseClose()
    {
        lock (_lock)
        {
            if (_closeCode != WebSocketCloseCode.None)
            {
                return (_closeCode, _closeReason);
            }
        }

        // RFC 6455 §7.4.1: 1001 is a server's going down
        bool isStopping = _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.IsCancellationRequested ?? false;
        return (CloseCodeOf(_connection.Features.Get<IConnectionEndFeature>()?.End.Reason ?? ConnectionEndReason.Open, isStopping), null);
    }

    /// <summary>Learns that the handler is done with reading.</summary>
    public void OnReaderCompleted()
    {
        lock (_lock)
        {
            _readerCompleted = true;
        }

        Proceed();
    }

    /// <summary>Learns that the close frame has been sent, or nothing more can be.</summary>
    public void OnOutputDone()
    {
        lock (_lock)
        {
            _outputDone = true;
        }

        Proceed();
    }

    public void OnCloseReceived(WebSocketCloseCode code, string reason)
    {
        (PeerCloseCode, PeerCloseReason) = (code, reason);
        if (EndOf(code, reason) is { } end)
        {
            _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        }

        OnPeerDone();
    }

    /// <summary>Learns that the peer broke a rule: it is told which kind, and nothing more is said.</summary>
    public void OnViolation(ConnectionEnd end, WebSocketCloseCode code)
    {
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        _output.SendClose(code, null);
    }

    /// <summary>Learns that nothing more is read, and that the close frame has been sent.</summary>
    public void OnInputLost()
    {
        lock (_lock)
        {
            _outputDone = true;
        }

        OnPeerDone();
    }

    /// <summary>Learns that the transport below ended or failed.</summary>
    public void OnTransportEnded(ConnectionEnd? end)
    {
        if (end is { } why)
        {
            _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(why);
        }

        _output.Close();
        OnInputLost();
    }

    /// <summary>Maps a peer's close code to the connection's end; null where it is the good order that the transport reports itself.</summary>
    private static ConnectionEnd? EndOf(WebSocketCloseCode code, string reason)
    {
        // the peer's words go to a log: without control characters, and the quotation marks are ours
        string words = reason.Length == 0 ? "" : $": \"{new string([.. reason.Select(c => char.IsControl(c) || c == '"' ? '?' : c)])}\"";
        string detail = $"the peer closed the WebSocket with {(int)code}{words}";
        return code switch
        {
            WebSocketCloseCode.Normal or WebSocketCloseCode.GoingAway or WebSocketCloseCode.NoCode when reason.Length == 0 => null,
            WebSocketCloseCode.ProtocolError or WebSocketCloseCode.UnsupportedMessage or WebSocketCloseCode.InvalidPayload =>
                new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Local, detail),
            WebSocketCloseCode.MessageTooBig => new ConnectionEnd(ConnectionEndReason.LimitExceeded, ErrorSide.Local, detail),
            WebSocketCloseCode.PolicyViolation or WebSocketCloseCode.TryAgainLater => new ConnectionEnd(ConnectionEndReason.Refused, ErrorSide.Remote, detail),
            WebSocketCloseCode.InternalError or WebSocketCloseCode.MissingExtension => new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Remote, detail),
            _ => new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Remote, detail),
        };
    }

    private static WebSocketCloseCode CloseCodeOf(ConnectionEndReason reason, bool isStopping) => reason switch
    {
        ConnectionEndReason.HandlerFailed or ConnectionEndReason.TransportFailed => WebSocketCloseCode.InternalError,
        ConnectionEndReason.LimitExceeded or ConnectionEndReason.Refused or ConnectionEndReason.SendQueueExceeded => WebSocketCloseCode.PolicyViolation,
        ConnectionEndReason.ProtocolViolation => WebSocketCloseCode.ProtocolError,
        ConnectionEndReason.ServerStopped => WebSocketCloseCode.GoingAway,
        _ => isStopping ? WebSocketCloseCode.GoingAway : WebSocketCloseCode.Normal,
    };

    private void OnPeerDone()
    {
        CancellationTokenSource? ended;
        lock (_lock)
        {
            _peerDone = true;
            ended = _inputEnded;
        }

        if (ended is not null)
        {
            // a handler's callbacks must not run inside a read
            Post(static state =>
            {
                (CancellationTokenSource source, ConnectionContext connection) = ((CancellationTokenSource, ConnectionContext))state!;
                LifetimeTokens.Fire(source, connection);
            }, (ended, _connection));
        }

        Proceed();
    }

    /// <summary>Finishes when both sides are done; when one waits for the other, sets the time for it.</summary>
    private void Proceed()
    {
        lock (_lock)
        {
            if (_isFinished)
            {
                return;
            }

            if (!_outputDone || !_peerDone)
            {
                TimeSpan? wait = _peerDone ? _answerTimeout : _outputDone && _readerCompleted ? _closeTimeout : null;
                if (wait is { } time && _timer is null)
                {
                    _timer = _time.CreateTimer(static state => ((WebSocketTransport)state!).OnTimeout(), this, time, Timeout.InfiniteTimeSpan);
                }

                return;
            }

            _isFinished = true;
            _timer?.Dispose();
        }

        Finish();
    }

    private void OnTimeout()
    {
        bool isAnswerDue;
        lock (_lock)
        {
            isAnswerDue = _peerDone && !_outputDone;
            _outputDone = true;
            _peerDone = true;
        }

        if (isAnswerDue)
        {
            // RFC 6455 §5.5.1: the peer's close is answered
            _output.SendClose(WebSocketCloseCode.Normal, null);
        }

        Proceed();
    }

    private void Finish()
    {
        // RFC 6455 §7.1.1: who serves ends the connection below first; a client does not wait for that, the ends cross
        _output.CompleteBelow();
        // inside a read of the pipe below, that pipe is not to be completed
        Post(static state => ((WebSocketTransport)state!).FinishInput(), this);
    }

    private void FinishInput()
    {
        _input.Stop();
        _finished.TrySet();
    }
}
