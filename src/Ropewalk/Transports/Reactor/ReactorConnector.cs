using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Reactor;

/// <summary>Waits for one connection attempt.</summary>
internal sealed class ReactorConnector : IReactorTarget
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _fd = -1;

    public string? ServedBy => "connect";

    public static async ValueTask<ConnectionContext> ConnectAsync(ReactorTransport transport, EndPoint endpoint, CancellationToken cancellationToken)
    {
        ReactorConnector connector = new();
        (ReactorLoop loop, ulong token) = connector.Begin(transport, endpoint);
        try
        {
            await connector._done.Task.WaitAsync(cancellationToken);
        }
        catch
        {
            connector._done.TrySetCanceled(CancellationToken.None);
            loop.Unregister(token);
            Libc.close(connector._fd);
            throw;
        }

        if (endpoint is IPEndPoint)
        {
            transport.SetTcpOptions(connector._fd);
        }

        ReactorConnection connection = transport.Adopt(connector._fd, loop, null, endpoint);
        connection.Start(token);
        return connection;
    }

    public unsafe void OnEvents(uint events)
    {
        // once connected the error is the connection's, which takes the descriptor over; once given up the number may be somebody else's
        if (_done.Task.IsCompleted)
        {
            return;
        }

        int error = 0;
        uint length = sizeof(int);
        Libc.getsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length);
        if (error != 0)
        {
            _done.TrySetException(Errno.ToException(error));
        }
        else if ((events & (Libc.EPOLLOUT | Libc.EPOLLHUP)) != 0)
        {
            // A hangup without an error: a peer that took the connection and closed it before anybody looked. The edge is not reported
            // again, and the first read tells the end. (A socket that was never connected hangs up too, but connect came before the watch.)
            _done.TrySetResult();
        }
    }

    private unsafe (ReactorLoop Loop, ulong Token) Begin(ReactorTransport transport, EndPoint endpoint)
    {
        SocketAddress address = endpoint.Serialize();
        bool unix = endpoint.AddressFamily == AddressFamily.Unix;
        int domain = BitConverter.ToUInt16(address.Buffer.Span);
        _fd = Libc.socket(domain, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, unix ? 0 : Libc.IPPROTO_TCP);
        if (_fd < 0)
        {
            throw Errno.ToException(Marshal.GetLastPInvokeError());
        }

        try
        {
            fixed (byte* pointer = address.Buffer.Span)
            {
                if (Libc.connect(_fd, pointer, (uint)address.Size) < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno is not Errno.EINPROGRESS and not Errno.EINTR)
                    {
                        // A Unix socket whose backlog is full answers EAGAIN: as good as refused.
                        throw Errno.ToException(unix && errno == Errno.EAGAIN ? 111 : errno);
                    }
                }
            }

            ReactorLoop loop = transport.LoopForConnecting();
            return (loop, loop.Register(_fd, this));
        }
        catch
        {
            Libc.close(_fd);
            throw;
        }
    }
}
