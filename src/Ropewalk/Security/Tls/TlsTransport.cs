using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// TLS over a connection's pipes: the pipes that take the place of <see cref="ConnectionContext.Transport"/>, and the features that tell of it.
/// </summary>
/// <remarks>
/// <b>Theory.</b> The directions end independently, as below: completing <see cref="Output"/> sends <c>close_notify</c> and, where the
/// transport below can half-close, its end; reading goes on until the peer's <c>close_notify</c>. When both have ended the transport's pipes
/// are completed, and the connection closes itself as it would without TLS.
/// </remarks>
internal sealed class TlsTransport : IDuplexPipe, IAsyncDisposable, IFeatureLayer,
    ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature, ISslStreamFeature,
    ITlsCloseFeature, IHalfCloseFeature, IOutboundQueueFeature, IBufferUseFeature
{
    /// <summary>As <see cref="StreamTransportOptions.CloseTimeout"/>.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private static readonly Type[] Features =
    [
        typeof(ITlsConnectionFeature), typeof(ITlsHandshakeFeature), typeof(ITlsApplicationProtocolFeature), typeof(ISslStreamFeature),
        typeof(ITlsCloseFeature), typeof(IHalfCloseFeature), typeof(IOutboundQueueFeature), typeof(IBufferUseFeature),
    ];

    private readonly ConnectionContext _connection;
    private readonly IDuplexPipe _below;
    private readonly IHalfCloseFeature? _halfClose;
    private readonly IBufferUseFeature? _bufferUse;
    private readonly ITransportTurnFeature? _turn;
    private readonly TlsInput _input;
    private readonly TlsOutput _output;
    private CancellationTokenSource? _inputEnded;
    private bool _inputDone;
    private bool _outputDone;
    private int _closed;

    public TlsTransport(ConnectionContext connection, TlsBounds bounds)
    {
        _connection = connection;
        Bounds = bounds;
        _below = connection.Transport;
        _halfClose = connection.Features.Get<IHalfCloseFeature>();
        _bufferUse = connection.Features.Get<IBufferUseFeature>();
        _turn = connection.Features.Get<ITransportTurnFeature>();
        Stream = new TransportStream(_below);
        Ssl = new TlsStream(Stream);
        _input = new TlsInput(this);
        _output = new TlsOutput(this);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public TransportStream Stream { get; }

    public TlsStream Ssl { get; }

    public TlsBounds Bounds { get; }

    public bool CloseNotifyReceived { get; private set; }

    public bool CloseNotifySent => _output.Ended;

    public bool Truncated { get; private set; }

    public bool OutputEnded => _output.Ended;

    public long QueuedBytes => _output.QueuedBytes + (_bufferUse?.OutputBytes ?? 0);

    public long LimitBytes
    {
        get => _output.LimitBytes;
        set => _output.LimitBytes = value;
    }

    public OutboundOverflow Overflow
    {
        get => _output.Overflow;
        set => _output.Overflow = value;
    }

    public long Dropped => _output.Dropped;

    public long InputBytes => _input.HeldBytes + (_bufferUse?.InputBytes ?? 0);

    public long OutputBytes => QueuedBytes;

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
            bool starts = false;
            CancellationToken token;
            lock (Stream)
            {
                if (_inputEnded is null)
                {
                    _inputEnded = new CancellationTokenSource();
                    if (CloseNotifyReceived || Truncated || _inputDone)
                    {
                        _inputEnded.Cancel();
                    }
                    else
                    {
                        starts = true;
                    }
                }

                token = _inputEnded.Token;
            }

            if (starts)
            {
                // close_notify is a record as any other: to learn of it, records must be looked at while the handler does not read
                _input.Watch();
            }

            return token;
        }
    }

    public X509Certificate2? ClientCertificate
    {
        get => Ssl.IsServer ? Ssl.RemoteCertificate as X509Certificate2 : null;
        set => throw new NotSupportedException("The client's certificate is what the handshake showed.");
    }

    public SslProtocols Protocol => Ssl.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => Ssl.NegotiatedCipherSuite;

    public string HostName => Ssl.TargetHostName;

    public ReadOnlyMemory<byte> ApplicationProtocol => Ssl.NegotiatedApplicationProtocol.Protocol;

#pragma warning disable SYSLIB0058 // ASP.NET's interface still asks for them
    public CipherAlgorithmType CipherAlgorithm => Ssl.CipherAlgorithm;

    public int CipherStrength => Ssl.CipherStrength;

    public HashAlgorithmType HashAlgorithm => Ssl.HashAlgorithm;

    public int HashStrength => Ssl.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => Ssl.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => Ssl.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    SslStream ISslStreamFeature.SslStream => Ssl;

    IReadOnlyList<Type> IFeatureLayer.FeatureTypes => Features;

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);

    public bool TryEnqueue(SharedBytes bytes) => _output.TryEnqueue(bytes);

    public ValueTask EndOutputAsync(CancellationToken cancellationToken = default) => _output.EndAsync(cancellationToken);

    /// <summary>Takes the place of the connection's transport and sets the features, as Kestrel's HTTPS does and Ropewalk's transports do.</summary>
    public void Install()
    {
        _connection.Transport = this;
        if (_connection is StreamConnection own)
        {
            own.Layer = this;
            return;
        }

        foreach (Type type in Features)
        {
            if (type != typeof(IBufferUseFeature) || _bufferUse is not null)
            {
                _connection.Features[type] = this;
            }
        }
    }

    /// <summary>Gives the connection its own transport back. Its output has been ended, so that nothing can follow in plain text.</summary>
    public void Uninstall()
    {
        if (_connection.Transport == this)
        {
            _connection.Transport = _below;
        }
    }

    /// <summary>Ends both directions in good order and waits until that is done, the connection is gone, or the peer has taken too long.</summary>
    public async ValueTask DisposeAsync()
    {
        _output.Complete();
        if (!_outputDone)
        {
            await EndOutputInTimeAsync();
        }

        _input.Complete();
    }

    /// <summary>Lets go of everything without a word to the peer: whoever calls this aborts the connection.</summary>
    public void Abandon()
    {
        _output.Close();
        Interlocked.Exchange(ref _closed, 1);
        Ssl.Dispose();
    }

    public void Abort(ConnectionEnd end)
    {
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        _output.Close();
        _connection.Abort(new ConnectionAbortedException(end.ToString()));
    }

    public void AbortOutput(Exception exception) => _below.Output.Complete(exception);

    public void StopReading() => Stream.Stop();

    /// <summary>Runs something soon on the connection's own turn.</summary>
    public void Post(Action<object?> action, object? state) => TransportTurn.Post(_turn, action, state);

    /// <summary>Learns that nothing more comes. What follows on the wire, if anything, is not the peer's any more (RFC 8446 §6.1).</summary>
    public void OnCloseNotifyReceived()
    {
        CloseNotifyReceived = true;
        OnInputDone();
    }

    /// <summary>Learns that the transport ended without a <c>close_notify</c>.</summary>
    /// <returns>The error, if that is one.</returns>
    public TlsException? OnTruncated()
    {
        Truncated = true;
        OnInputDone();
        if (!Bounds.RequireCloseNotify)
        {
            return null;
        }

        // RFC 8446 §6.1: any data received after a closure alert is ignored; without one, the end of the data is not known to be the end
        var error = new TlsException(TlsFailure.Truncated, "The peer ended TCP without close_notify: what it sent may have been cut off.", ErrorSide.Remote, "RFC 8446 §6.1");
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, error.Message));
        return error;
    }

    /// <summary>Ends a connection whose handler examines without consuming.</summary>
    public Exception OnInputLimit()
    {
        var end = new ConnectionEnd(ConnectionEndReason.LimitExceeded, ErrorSide.Remote, $"more than {Bounds.InputLimitBytes} bytes received and not consumed");
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        // the abort calls back into the reader: not under its lock
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Tls.Abort(state.End), (Tls: this, End: end), preferLocal: false);
        return StreamConnection.ExceptionFor(end);
    }

    public void OnReadFailed(Exception error)
    {
        if (error is TlsException failure)
        {
            _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, failure.Side, failure.Message));
        }
    }

    public void OnInputDone()
    {
        lock (Stream)
        {
            if (_inputDone)
            {
                return;
            }

            _inputDone = true;
        }

        NoteInputEnded();
        if (_halfClose is not null)
        {
            _below.Input.Complete();
        }

        CloseIfDone();
    }

    public void OnOutputDone()
    {
        lock (Stream)
        {
            if (_outputDone)
            {
                return;
            }

            _outputDone = true;
        }

        // a transport that cannot half-close would stop both ways: there each end waits for the other
        if (_halfClose is not null)
        {
            _below.Output.Complete();
        }

        CloseIfDone();
    }

    private async Task EndOutputInTimeAsync()
    {
        using (_connection.ConnectionClosed.UnsafeRegister(static output => ((TlsOutput)output!).Close(), _output))
        {
            try
            {
                await _output.EndAsync(CancellationToken.None).AsTask().WaitAsync(CloseTimeout, Bounds.TimeProvider);
            }
            catch (TimeoutException)
            {
                Abort(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, "the peer did not take the last bytes in time"));
            }
        }
    }

    private void CloseIfDone()
    {
        if (_inputDone && _outputDone && Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _below.Output.Complete();
            _below.Input.Complete();
            Ssl.Dispose();
        }
    }

    private void NoteInputEnded()
    {
        CancellationTokenSource? source;
        lock (Stream)
        {
            source = _inputEnded;
        }

        if (source is not null)
        {
            // a handler's callbacks must not run inside a read
            Post(static state =>
            {
                (CancellationTokenSource ended, ConnectionContext connection) = ((CancellationTokenSource, ConnectionContext))state!;
                LifetimeTokens.Fire(ended, connection);
            }, (source, _connection));
        }
    }
}
