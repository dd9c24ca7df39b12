using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Receives and sends datagrams through the system's sockets, in batches where the system can: see <see cref="DatagramHandler"/> for what it
/// calls, and <see cref="DatagramPortOptions"/> for its threads and sizes.
/// </summary>
/// <remarks>
/// Receive errors (an ICMP "port unreachable" about an earlier reply), replies that cannot be sent and handlers that throw are counted and
/// logged, and end nothing. Where <see cref="DatagramMode.Batched"/> is in use, replies leave from the address that the question was sent to,
/// on a machine with several too; a portable port does this only if it is bound to one address.
/// </remarks>
public sealed class DatagramPort : IDatagramPort
{
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(5);  // what a handler has that does not return; Docker gives a program 10

    private readonly DatagramReceiver[] _workers;
    private readonly DatagramSocket[] _sockets;
    private readonly DatagramHandlerSwitch _handlers;
    private readonly DatagramLog _log;
    private readonly Lock _endTurn = new();
    private Task? _stop;
    private long _overflowed;
    private bool _disposed;

    private DatagramPort(DatagramSocket[] sockets, DatagramMode mode, DatagramHandler handler, DatagramPortOptions options, DatagramLog log)
    {
        _sockets = sockets;
        _log = log;
        _handlers = new DatagramHandlerSwitch(handler);
        Mode = mode;
        LocalEndPoint = (IPEndPoint)sockets[0].Socket.LocalEndPoint!;
        _workers = new DatagramReceiver[options.Workers];
        for (int i = 0; i < _workers.Length; i++)
        {
            DatagramSocket socket = sockets[i % sockets.Length];
            _workers[i] = mode == DatagramMode.Batched
                ? new BatchedDatagramReceiver(this, i, socket, options, _handlers, log)
                : new PortableDatagramReceiver(this, i, socket, options, _handlers, log);
        }
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Gets how the port talks to the system: <see cref="DatagramMode.Batched"/> or <see cref="DatagramMode.Portable"/>.</summary>
    public DatagramMode Mode { get; }

    /// <summary>Binds a port and begins to receive.</summary>
    /// <param name="at">
    /// An <see cref="IPEndPoint"/>, port 0 for one of the system's choosing; or a <see cref="Microsoft.AspNetCore.Connections.FileHandleEndPoint"/>
    /// with a bound UDP socket that was inherited, which the port then owns and all its workers share.
    /// </param>
    /// <param name="handler">What is called with each batch.</param>
    /// <param name="options">Threads and sizes; null for the defaults. Later changes of the object have no effect.</param>
    /// <param name="loggerFactory">Where to log; null for nowhere.</param>
    /// <exception cref="Microsoft.AspNetCore.Connections.AddressInUseException">Somebody else is bound there.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its bounds; all that are, are told.</exception>
    /// <exception cref="PlatformNotSupportedException"><see cref="DatagramMode.Batched"/> was asked for and is not to be had.</exception>
    /// <exception cref="NotSupportedException"><see cref="DatagramMode.Pooled"/> was asked for, which has no workers.</exception>
    public static DatagramPort Bind(
        EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(handler);
        options = (options ?? new DatagramPortOptions()).Freeze();
        if (options.Mode == DatagramMode.Pooled)
        {
            throw new NotSupportedException("A pooled port has no workers; DatagramTransport binds it.");
        }

        bool batched = options.Mode == DatagramMode.Batched || (options.Mode == DatagramMode.Auto && LinuxSocketCalls.IsSupported);
        if (batched && !LinuxSocketCalls.IsSupported)
        {
            throw new PlatformNotSupportedException("Batched datagrams need Linux on x64 or arm64; Mode = Auto chooses what there is.");
        }

        ILogger logger = loggerFactory?.CreateLogger<DatagramPort>() ?? NullLogger<DatagramPort>.Instance;
        var log = new DatagramLog(logger, TimeProvider.System);  // a real socket lives in real time
        DatagramSocket[] sockets = DatagramSocketBinding.Bind(at, options, batched);
        DatagramMode mode = batched ? DatagramMode.Batched : DatagramMode.Portable;
        var port = new DatagramPort(sockets, mode, handler, options, log);
        log.Bound(port.LocalEndPoint, options.Workers, mode);
        int granted = sockets[0].Socket.ReceiveBufferSize / (OperatingSystem.IsLinux() ? 2 : 1);  // Linux doubles what it is told
        if (granted < options.ReceiveBufferBytes)
        {
            log.ReceiveBufferSmaller(port.LocalEndPoint, granted, options.ReceiveBufferBytes);
        }

        // All sockets are bound by now; what arrived since the first one was is queued and waits for these.
        foreach (DatagramReceiver worker in port._workers)
        {
            worker.Start();
        }

        return port;
    }

    /// <inheritdoc/>
    public DatagramCounters ReadCounters()
    {
        DatagramCounters sum = default;
        foreach (DatagramReceiver worker in _workers)
        {
            sum += worker.ReadCounters();
        }

        return sum with { Overflowed = ReadOverflowed() };
    }

    /// <inheritdoc/>
    public bool TrySend(in PeerAddress to, ReadOnlySpan<byte> payload) => _workers[0].TrySend(to, default, payload);

    /// <inheritdoc/>
    public Task SwapHandlerAsync(DatagramHandler handler) => _handlers.SwapAsync(handler, _workers);

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Task stop;
        lock (_endTurn)
        {
            stop = _stop ??= StopReceivingAsync();
        }

        try
        {
            await stop.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            foreach (DatagramReceiver worker in _workers)
            {
                worker.Abort();
            }
        }
    }

    /// <summary>
    /// Ends receiving at once, with what is queued discarded unless <see cref="StopAsync"/> came first, and then sending. Waits up to 5 s for
    /// a handler to return; one that doesn't keeps its socket.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_endTurn)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await StopAsync(new CancellationToken(canceled: true));
        await Task.WhenAny(_stop!, Task.Delay(DisposePatience, TimeProvider.System));
        _overflowed = ReadOverflowed();
        foreach (DatagramSocket socket in _sockets)
        {
            // a worker whose handler has not returned keeps its socket until it does
            socket.Release();
        }
    }

    private async Task StopReceivingAsync()
    {
        if (Mode == DatagramMode.Batched)
        {
            TurnNewcomersAway();
        }

        foreach (DatagramReceiver worker in _workers)
        {
            worker.RequestStop();
        }

        Task ended = Task.WhenAll(_workers.Select(worker => worker.Ended));
        while (!ended.IsCompleted)
        {
            foreach (DatagramReceiver worker in _workers)
            {
                worker.Wake();
            }

            await Task.WhenAny(ended, Task.Delay(WakeInterval, TimeProvider.System));
        }

        _log.Stopped(LocalEndPoint);
    }

    // Connected to itself, a socket matches nobody's datagrams any more: the system gives them to no worker and tells their senders that the
    // port is closed. Closing it instead would discard its queue; reading on instead would never end under load.
    private unsafe void TurnNewcomersAway()
    {
        foreach (DatagramSocket socket in _sockets)
        {
            PeerAddress self = socket.Local;
            if (socket.IsWildcard)
            {
                self = new PeerAddress(self.IsIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, self.Port);
            }

            uint length = self.IsIPv6 ? (uint)PeerAddress.SizeBytes : 16;
            if (LinuxSocketCalls.Connect(socket.Descriptor, &self, length) != 0)
            {
                _log.NotQuiesced(LocalEndPoint, Marshal.GetLastPInvokeError());
            }
        }

        LinuxSocketCalls.WaitForPacketsUnderWay();
    }

    private long ReadOverflowed() => Mode != DatagramMode.Batched ? 0 : Math.Max(_overflowed, SumOverflowed());

    private long SumOverflowed()
    {
        long sum = 0;
        Span<uint> memory = stackalloc uint[9];
        foreach (DatagramSocket socket in _sockets)
        {
            if (!socket.TryHold())
            {
                continue;
            }

            try
            {
                int got = socket.Socket.GetRawSocketOption(
                    LinuxSocketCalls.LevelSocket, LinuxSocketCalls.OptionMemoryUse, MemoryMarshal.AsBytes(memory));
                sum += got == memory.Length * sizeof(uint) ? memory[^1] : 0;
            }
            catch (SocketException)
            {
                // a sandbox that does not know the option
            }
            finally
            {
                socket.Release();
            }
        }

        return sum;
    }
}
