using System.Net;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Transports.Reactor;

/// <summary>
/// Listens and connects on event loops of the engine's own, one per processor, over epoll. A handler's turn runs to completion on its
/// connection's loop: it must await, not block; what blocks belongs to <c>BlockingWork</c>. Linux only; elsewhere use <see cref="SocketTransport"/>.
/// </summary>
public sealed class ReactorTransport : IConnectionListenerFactory, IConnectionFactory, IDisposable
{
    private readonly ReactorTransportOptions _options;
    private readonly ReactorLoop[] _loops;
    private readonly LoopMonitor _monitor;
    private int _nextLoop;

    /// <summary>Starts the loops.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public ReactorTransport(ReactorTransportOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("The reactor needs Linux (epoll); use SocketTransport here.");
        }

        _options = options ?? new ReactorTransportOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Loops);
        _loops = new ReactorLoop[_options.Loops];
        for (int i = 0; i < _loops.Length; i++)
        {
            _loops[i] = new ReactorLoop(i, TimeProvider.System);
        }

        TimeProvider = new ReactorTimeProvider(_loops);
        _monitor = new LoopMonitor(
            _loops, _options.StallThreshold, TimeProvider.System, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<ReactorTransport>());
    }

    /// <summary>Gets whether this system has what the reactor needs.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Gets a clock whose timers live on the loops' wheels: cheap to set and to move, and fired on the loop that made them, within 16 ms.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets how often the monitor has seen a loop blocked.</summary>
    public long Stalls => _monitor.Stalls;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The system refuses for another reason.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ReactorLoop loop = _loops[(uint)Interlocked.Increment(ref _nextLoop) % (uint)_loops.Length];
        return new ValueTask<IConnectionListener>(new ReactorListener(this, ListeningSocket.Open(endpoint, _options.Backlog), loop));
    }

    /// <summary>Connects to one address. Names are resolved by <c>ConnectionClient</c>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Refused, unreachable, or refused by the system.</exception>
    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ReactorConnector.ConnectAsync(this, endpoint, cancellationToken);

    /// <summary>Stops the loops. Connections that are still open are not served any more; stop their servers first.</summary>
    public void Dispose()
    {
        _monitor.Dispose();
        foreach (ReactorLoop loop in _loops)
        {
            loop.Dispose();
        }
    }

    internal ReactorConnection Adopt(int fd, EndPoint? local, EndPoint? remote) => Adopt(fd, LeastLoaded(), local, remote);

    internal ReactorConnection Adopt(int fd, ReactorLoop loop, EndPoint? local, EndPoint? remote) => new(fd, loop, _options, local, remote);

    /// <summary>
    /// Gets the loop that an outgoing connection belongs on: the one whose handler makes it, so that both sides of a relay have their turns on one
    /// thread; accepting has spread the handlers.
    /// </summary>
    internal ReactorLoop LoopForConnecting() =>
        ReactorLoop.Current is { } current && current.Index < _loops.Length && _loops[current.Index] == current ? current : LeastLoaded();

    internal ReactorLoop LeastLoaded()
    {
        ReactorLoop least = _loops[0];
        for (int i = 1; i < _loops.Length; i++)
        {
            if (_loops[i].Count < least.Count)
            {
                least = _loops[i];
            }
        }

        return least;
    }

    internal void SetTcpOptions(int fd)
    {
        if (_options.NoDelay)
        {
            Libc.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        }

        if (_options.SendBufferBytes is { } send)
        {
            Libc.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, send);
        }

        if (_options.ReceiveBufferBytes is { } receive)
        {
            Libc.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, receive);
        }

        if (_options.KeepAlive)
        {
            Libc.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);
            Libc.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, (int)_options.KeepAliveTime.TotalSeconds);
            Libc.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, (int)_options.KeepAliveInterval.TotalSeconds);
            Libc.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, _options.KeepAliveRetries);
        }
    }
}
