using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Sockets;

/// <summary>Checks a descriptor that a supervisor handed over before a transport makes it its own.</summary>
internal static class InheritedSocket
{
    /// <summary>Tells whether a descriptor is an open socket of datagrams.</summary>
    public static bool IsDatagram(int descriptor)
    {
        try
        {
            using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            return socket.SocketType == SocketType.Dgram;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Makes the end point of a listening stream socket.</summary>
    /// <returns>What is wrong with the descriptor, or null.</returns>
    public static string? TryOpen(int descriptor, out FileHandleEndPoint? endPoint)
    {
        endPoint = null;
        try
        {
            // looks only: the handle is not owned, and no option is changed
            using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            if (socket.SocketType is SocketType.Unknown)
            {
                return $"descriptor {descriptor} is not an open socket";
            }

            if (socket.SocketType != SocketType.Stream)
            {
                return $"descriptor {descriptor} is a socket of type {socket.SocketType}; a listening stream socket is needed";
            }

            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not int listening || listening == 0)
            {
                return $"descriptor {descriptor} is a socket that does not listen (systemd: Accept=no)";
            }

            endPoint = new FileHandleEndPoint((ulong)descriptor, FileHandleType.Auto);
            return null;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return $"descriptor {descriptor} is not an open socket";
        }
    }
}
