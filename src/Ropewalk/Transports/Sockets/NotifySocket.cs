using System.Net.Sockets;

namespace Ropewalk.Transports.Sockets;

/// <summary>Sends messages to the service manager's datagram socket (sd_notify(3)).</summary>
internal sealed class NotifySocket
{
    private readonly UnixDomainSocketEndPoint _manager;

    private NotifySocket(string path, UnixDomainSocketEndPoint manager)
    {
        Path = path;
        _manager = manager;
    }

    /// <summary>Gets the socket's name, as the environment has it.</summary>
    public string Path { get; }

    /// <summary>Reads the value of <c>NOTIFY_SOCKET</c>: a path, or <c>@</c> and a name of the abstract namespace.</summary>
    /// <returns>Null where there is no service manager, or one that is reached by other means (<c>vsock:</c>).</returns>
    public static NotifySocket? TryCreate(string? value)
    {
        if (string.IsNullOrEmpty(value) || value[0] is not ('/' or '@') || !Socket.OSSupportsUnixDomainSockets)
        {
            return null;
        }

        try
        {
            return new NotifySocket(value, new UnixDomainSocketEndPoint(value[0] == '@' ? "\0" + value[1..] : value));
        }
        catch (ArgumentException)
        {
            return null; // longer than the system's sun_path
        }
    }

    /// <summary>Sends one message. A datagram to a Unix socket is taken at once or not at all.</summary>
    /// <returns>The system's words if it was not taken; null if it was.</returns>
    public string? TrySend(ReadOnlySpan<byte> message)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.SendTo(message, SocketFlags.None, _manager);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
