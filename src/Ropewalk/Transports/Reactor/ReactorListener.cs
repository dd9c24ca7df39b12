using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Reactor;

/// <summary>
/// Accepts on one loop and spreads the connections over all. A failed accept that is the listener's trouble (no descriptors left) is thrown
/// to the accept loop, which decides when to go on; nothing spins meanwhile, because the edge is not reported again.
/// </summary>
internal sealed class ReactorListener : IConnectionListener, IReactorTarget
{
    private readonly Lock _gate = new();
    private readonly ReactorTransport _transport;
    private readonly Socket _socket;
    private readonly ReactorLoop _loop;
    private readonly int _fd;
    private readonly EndPoint? _sharedLocal;
    private readonly ulong _token;
    private TaskCompletionSource<ConnectionContext?>? _waiting;
    private bool _unbound;

    public ReactorListener(ReactorTransport transport, Socket socket, ReactorLoop loop)
    {
        _transport = transport;
        _socket = socket;
        _socket.Blocking = false;
        _loop = loop;
        _fd = (int)socket.SafeHandle.DangerousGetHandle();
        EndPoint = socket.LocalEndPoint!;
        if (EndPoint is IPEndPoint)
        {
            // Accepted sockets inherit these, which saves five calls for each.
            transport.SetTcpOptions(_fd);
        }

        _sharedLocal = EndPoint is IPEndPoint { Address: var address } && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ? null : EndPoint;
        _token = loop.Register(_fd, this);
    }

    public EndPoint EndPoint { get; }

    public string? ServedBy => "accept";

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_unbound)
            {
                return new ValueTask<ConnectionContext?>((ConnectionContext?)null);
            }

            if (TryAccept() is { } connection)
            {
                return new ValueTask<ConnectionContext?>(connection);
            }

            _waiting = new TaskCompletionSource<ConnectionContext?>();
            return cancellationToken.CanBeCanceled ? WaitAsync(_waiting, cancellationToken) : new ValueTask<ConnectionContext?>(_waiting.Task);
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<ConnectionContext?>? waiting;
        lock (_gate)
        {
            if (_unbound)
            {
                return ValueTask.CompletedTask;
            }

            _unbound = true;
            waiting = _waiting;
            _waiting = null;
            _loop.Unregister(_token);
            _socket.Dispose();
        }

        waiting?.TrySetResult(null);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    public void OnEvents(uint events)
    {
        TaskCompletionSource<ConnectionContext?> waiting;
        ConnectionContext? connection = null;
        Exception? error = null;
        lock (_gate)
        {
            if (_unbound || _waiting is null)
            {
                return;
            }

            try
            {
                connection = TryAccept();
            }
            catch (SocketException e)
            {
                error = e;
            }

            if (connection is null && error is null)
            {
                return;
            }

            waiting = _waiting;
            _waiting = null;
        }

        bool taken = error is null ? waiting.TrySetResult(connection) : waiting.TrySetException(error);
        if (!taken)
        {
            connection?.Abort(new ConnectionAbortedException("Accepted after the accept was cancelled."));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ConnectionContext?> WaitAsync(TaskCompletionSource<ConnectionContext?> waiting, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<ConnectionContext?>)state!).TrySetCanceled(token), waiting);
        return await waiting.Task;
    }

    private unsafe ReactorConnection? TryAccept()
    {
        byte* address = stackalloc byte[SocketAddresses.MaxBytes];
        while (true)
        {
            uint length = SocketAddresses.MaxBytes;
            int fd = Libc.accept4(_fd, address, &length, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
            if (fd < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN)
                {
                    return null;
                }

                if (Errno.IsOfOneConnection(errno))
                {
                    continue;
                }

                throw Errno.ToException(errno);
            }

            EndPoint? remote = SocketAddresses.From(new ReadOnlySpan<byte>(address, (int)Math.Min(length, SocketAddresses.MaxBytes)));
            ReactorConnection connection = _transport.Adopt(fd, _sharedLocal, remote);
            try
            {
                connection.Start();
                return connection;
            }
            catch (SocketException)
            {
                Libc.close(fd);
                throw;
            }
        }
    }
}
