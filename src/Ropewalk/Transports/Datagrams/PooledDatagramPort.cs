using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Is a port without a thread of its own: the thread pool takes its datagrams one by one. One of them costs more than on a port with a worker, but a port costs a
/// descriptor and its slots and nothing else, so that thousands of them can wait for an answer each.
/// </summary>
internal sealed class PooledDatagramPort : IDatagramPort
{
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(5);  // as of a port with workers

    private readonly DatagramHandlerSwitch _handlers;
    private readonly PooledDatagramWorker _worker;
    private bool _disposed;

    private PooledDatagramPort(DatagramSocket socket, DatagramHandler handler, DatagramPortOptions options, ILogger logger)
    {
        LocalEndPoint = (IPEndPoint)socket.Socket.LocalEndPoint!;
        _handlers = new DatagramHandlerSwitch(handler);
        _worker = new PooledDatagramWorker(this, socket, options, _handlers, new DatagramLog(logger, TimeProvider.System));
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Binds a port and begins to receive.</summary>
    public static PooledDatagramPort Bind(EndPoint at, DatagramHandler handler, DatagramPortOptions? options, ILoggerFactory? loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(handler);
        options = (options ?? new DatagramPortOptions { Mode = DatagramMode.Pooled }).Freeze();
        ILogger logger = loggerFactory?.CreateLogger<DatagramPort>() ?? NullLogger<DatagramPort>.Instance;
        DatagramSocket socket = DatagramSocketBinding.Bind(at, options, batched: false)[0];
        if (options.Peer is { } peer)
        {
            Connect(socket, peer);
        }

        var port = new PooledDatagramPort(socket, handler, options, logger);
        port._worker.Start();
        return port;
    }

    public DatagramCounters ReadCounters() => _worker.ReadCounters();

    public bool TrySend(in PeerAddress to, ReadOnlySpan<byte> payload) => _worker.TrySend(to, default, payload);

    public Task SwapHandlerAsync(DatagramHandler handler) => _handlers.SwapAsync(handler, [_worker]);

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _worker.RequestStop();
        if (_worker.IsConnected)
        {
            // It does not hear itself, so that the end of its queue cannot be marked.
            _worker.Abort();
            return;
        }

        while (!_worker.Ended.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            _worker.Wake();
            await Task.WhenAny(_worker.Ended, Task.Delay(WakeInterval, TimeProvider.System, cancellationToken));
        }

        if (!_worker.Ended.IsCompleted)
        {
            _worker.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _worker.Abort();
        _worker.Close();
        if (!_worker.Ended.IsCompleted)
        {
            // A handler that does not return keeps its slots, and the system has the descriptor back all the same.
            await Task.WhenAny(_worker.Ended, Task.Delay(DisposePatience, TimeProvider.System));
        }
    }

    private static void Connect(DatagramSocket socket, in PeerAddress peer)
    {
        try
        {
            socket.Socket.Connect(peer.ToIPEndPoint());
        }
        catch
        {
            socket.Release();
            throw;
        }
    }
}
