using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Sockets;

/// <summary>Opens listening sockets for all of the engine's socket transports.</summary>
internal static class ListeningSocket
{
    public static Socket Open(EndPoint endpoint, int backlog)
    {
        if (endpoint is FileHandleEndPoint handle)
        {
            // Socket activation: bound and listening already.
            return new Socket(new SafeSocketHandle((nint)handle.FileHandle, ownsHandle: true));
        }

        Socket socket = endpoint switch
        {
            IPEndPoint ip => new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
            UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            _ => throw new NotSupportedException($"Sockets cannot listen on a {endpoint?.GetType().Name ?? "null"}."),
        };
        try
        {
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(e.Message, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
