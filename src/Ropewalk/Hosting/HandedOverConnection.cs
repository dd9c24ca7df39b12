using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Transports;

namespace Ropewalk.Hosting;

/// <summary>Is a connection that another server serves. Its own owner ends it when that server lets go of it.</summary>
/// <remarks>
/// Servers made for a transport without half-close (Kestrel) learn that a client has gone from <see cref="ConnectionClosed"/>, which there
/// fires when the client ends its output, though a reply could still be delivered. The engine's own token fires when both directions have
/// ended, and would leave a request that waits for something else waiting for ever. So, for these servers, the end of the client's output
/// counts as the end of the connection once nothing has been sent for a grace period: a client that half-closes behind its request gets its
/// answer, however long that takes to send, and one that has gone is noticed.
/// </remarks>
internal sealed class HandedOverConnection : ConnectionContext
{
    private readonly ConnectionContext _connection;
    private readonly TimeSpan _inputEndGrace;
    private readonly TimeProvider _timeProvider;
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private CancellationTokenSource? _closed;
    private CancellationTokenRegistration _whenClosed;
    private CancellationTokenRegistration _whenInputEnds;
    private ITimer? _grace;
    private long _sentBytes;
    private bool _disposed;

    public HandedOverConnection(ConnectionContext connection, TimeSpan inputEndGrace, TimeProvider timeProvider)
    {
        _connection = connection;
        _inputEndGrace = inputEndGrace;
        _timeProvider = timeProvider;
    }

    /// <summary>Completes when the other server has let go of the connection.</summary>
    public Task LetGo => _letGo.Task;

    public override string ConnectionId
    {
        get => _connection.ConnectionId;
        set => _connection.ConnectionId = value;
    }

    public override IFeatureCollection Features => _connection.Features;

    public override IDictionary<object, object?> Items
    {
        get => _connection.Items;
        set => _connection.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _connection.Transport;
        set => _connection.Transport = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _connection.LocalEndPoint;
        set => _connection.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _connection.RemoteEndPoint;
        set => _connection.RemoteEndPoint = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get
        {
            lock (_lock)
            {
                return (_closed ??= Watch()).Token;
            }
        }

        set => throw new NotSupportedException("The transport owns this token.");
    }

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort(abortReason);

    public override void Abort() => _connection.Abort();

    /// <summary>Lets go: the owner ends both directions in good order.</summary>
    public override ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            _grace?.Dispose();
        }

        _whenClosed.Dispose();
        _whenInputEnds.Dispose();
        _letGo.TrySetResult();
        return default;
    }

    private CancellationTokenSource Watch()
    {
        var closed = new CancellationTokenSource();
        _whenClosed = _connection.ConnectionClosed.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), closed);
        if (_connection.Features.Get<IHalfCloseFeature>() is { } halfClose)
        {
            _whenInputEnds = halfClose.InputEnded.UnsafeRegister(static self => ((HandedOverConnection)self!).OnInputEnded(), this);
        }

        return closed;
    }

    private void OnInputEnded()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _sentBytes = SentBytes();
                _grace = _timeProvider.CreateTimer(static self => ((HandedOverConnection)self!).OnGraceOver(), this, _inputEndGrace, _inputEndGrace);
            }
        }
    }

    private void OnGraceOver()
    {
        lock (_lock)
        {
            long sent = SentBytes();
            if (sent != _sentBytes || _disposed)
            {
                _sentBytes = sent;
                return;
            }

            _grace?.Dispose();
        }

        _closed!.Cancel();
    }

    private long SentBytes() => _connection.Features.Get<IConnectionCountersFeature>()?.SentBytes ?? 0;
}
