using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Testing;

/// <summary>Is one end of a pair that is joined by two pipes.</summary>
internal sealed class PipedConnection : ConnectionContext, IHalfCloseFeature, IConnectionEndFeature, IConnectionLifetimeNotificationFeature
{
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _closeRequested = new();
    private readonly CancellationTokenSource _inputEnded = new();
    private readonly Lock _gate = new();
    private readonly EndOfPipe _output;
    private PipedConnection? _peer;
    private ConnectionEnd _end;
    private bool _outputEnded;

    private PipedConnection(string id, PipeReader input, PipeWriter output)
    {
        ConnectionId = id;
        _output = new EndOfPipe(output, this);
        Transport = new Ends(input, _output);
        Features.Set<IHalfCloseFeature>(this);
        Features.Set<IConnectionEndFeature>(this);
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
        ConnectionClosed = _closed.Token;
        ConnectionClosedRequested = _closeRequested.Token;
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public CancellationToken ConnectionClosedRequested { get; set; }

    public CancellationToken InputEnded => _inputEnded.Token;

    public bool OutputEnded => Volatile.Read(ref _outputEnded);

    public ConnectionEnd End
    {
        get
        {
            lock (_gate)
            {
                return _end;
            }
        }
    }

    public static (ConnectionContext Client, ConnectionContext Server) CreatePair(int bufferBytes)
    {
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: bufferBytes,
            resumeWriterThreshold: bufferBytes / 2,
            useSynchronizationContext: true);
        Pipe up = new(options), down = new(options);
        var client = new PipedConnection("pair-client", down.Reader, up.Writer) { LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 1), RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 2) };
        var server = new PipedConnection("pair-server", up.Reader, down.Writer) { LocalEndPoint = client.RemoteEndPoint, RemoteEndPoint = client.LocalEndPoint };
        client._peer = server;
        server._peer = client;
        return (client, server);
    }

    public bool TrySetEnd(ConnectionEnd end)
    {
        lock (_gate)
        {
            if (_end.Reason != ConnectionEndReason.Open)
            {
                return false;
            }

            _end = end;
            return true;
        }
    }

    public ValueTask EndOutputAsync(CancellationToken cancellationToken = default) => _output.CompleteAsync();

    public void RequestClose() => _closeRequested.Cancel();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        TrySetEnd(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local, abortReason.Message));
        _peer!.TrySetEnd(new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote));
        _output.Inner.Complete(new ConnectionResetException("The peer reset the connection."));
        _peer._output.Inner.Complete(new ConnectionAbortedException(abortReason.Message));
        Volatile.Write(ref _outputEnded, true);
        Volatile.Write(ref _peer._outputEnded, true);
        Close();
        _peer.Close();
    }

    public override async ValueTask DisposeAsync()
    {
        await _output.CompleteAsync();
        await Transport.Input.CompleteAsync();
    }

    private void WhenOutputEnded()
    {
        Volatile.Write(ref _outputEnded, true);
        _peer!._inputEnded.Cancel();
        if (_peer.OutputEnded)
        {
            Close();
            _peer.Close();
        }
    }

    private void Close()
    {
        TrySetEnd(new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Local));
        _closed.Cancel();
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class EndOfPipe(PipeWriter inner, PipedConnection owner) : PipeWriter
    {
        public PipeWriter Inner => inner;

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void Complete(Exception? exception = null)
        {
            if (!owner.OutputEnded)
            {
                inner.Complete(exception);
                owner.WhenOutputEnded();
            }
        }
    }
}
