using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Opens and binds a port's sockets. Why in this order: <c>docs/design/datagram-fanout.md</c>.</summary>
internal static class DatagramSocketBinding
{
    private const int WindowsConnectionResetReports = unchecked((int)0x9800000C);  // SIO_UDP_CONNRESET

    /// <summary>Binds one socket for all workers, or, where <paramref name="batched"/>, one for each.</summary>
    /// <exception cref="AddressInUseException">Somebody else is bound there.</exception>
    public static DatagramSocket[] Bind(EndPoint at, DatagramPortOptions options, bool batched)
    {
        if (at is FileHandleEndPoint inherited)
        {
            return [Adopt(inherited, options, batched)];
        }

        if (at is not IPEndPoint where)
        {
            throw new NotSupportedException($"Datagrams are received at IP addresses and inherited sockets, not at {at}.");
        }

        var bound = new List<Socket>();
        try
        {
            // The first is bound alone, without SO_REUSEPORT: if another program is there, one of this user included, it is refused. Joining
            // that program's group instead would silently take a part of its datagrams, and leave a part of ours to it.
            Socket first = Open(where, options, batched);
            bound.Add(first);
            BindOne(first, where);
            int sockets = batched ? options.Workers : 1;
            if (sockets > 1)
            {
                ShareAddress(first);
            }

            var real = (IPEndPoint)first.LocalEndPoint!;
            for (int i = 1; i < sockets; i++)
            {
                // Every option is set before bind: from bind on the system queues datagrams.
                Socket next = Open(where, options, batched);
                bound.Add(next);
                ShareAddress(next);
                BindOne(next, real);
            }

            return [.. bound.Select(socket => new DatagramSocket(socket))];
        }
        catch
        {
            bound.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private static Socket Open(IPEndPoint where, DatagramPortOptions options, bool batched)
    {
        var socket = new Socket(where.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (where.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = options.DualStack && where.Address.Equals(IPAddress.IPv6Any);
            }

            socket.ReceiveBufferSize = options.ReceiveBufferBytes;
            socket.SendBufferSize = options.SendBufferBytes;
            if (OperatingSystem.IsWindows())
            {
                socket.IOControl(WindowsConnectionResetReports, [0, 0, 0, 0], null);
            }

            if (batched)
            {
                PrepareLinux(socket, where, options);
            }
            else
            {
                socket.SendTimeout = (int)options.SendTimeout.TotalMilliseconds;
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void PrepareLinux(Socket socket, IPEndPoint where, DatagramPortOptions options)
    {
        Span<long> timeout = [options.SendTimeout.Ticks / TimeSpan.TicksPerSecond, options.SendTimeout.Ticks % TimeSpan.TicksPerSecond / 10];
        socket.SetRawSocketOption(LinuxSocketCalls.LevelSocket, LinuxSocketCalls.OptionSendTimeout, MemoryMarshal.AsBytes(timeout));
        if (where.Address.Equals(IPAddress.Any) || where.Address.Equals(IPAddress.IPv6Any))
        {
            // A socket that is bound to one address knows it already, and every datagram would pay for being told again.
            bool ipv6 = where.AddressFamily == AddressFamily.InterNetworkV6;
            SetFlag(
                socket,
                ipv6 ? LinuxSocketCalls.LevelIPv6 : LinuxSocketCalls.LevelIPv4,
                ipv6 ? LinuxSocketCalls.OptionIPv6ReceivePacketInfo : LinuxSocketCalls.OptionIPv4PacketInfo);
        }
    }

    // A socket that a supervisor bound and handed over: its options are the supervisor's, but for those that replies need.
    private static DatagramSocket Adopt(FileHandleEndPoint inherited, DatagramPortOptions options, bool batched)
    {
        Look(inherited);
        var socket = new Socket(new SafeSocketHandle((nint)inherited.FileHandle, ownsHandle: true)) { Blocking = true };
        if (batched)
        {
            PrepareLinux(socket, (IPEndPoint)socket.LocalEndPoint!, options);
        }

        return new DatagramSocket(socket);
    }

    // Without owning it: a descriptor that is not what it should be is somebody else's, and must not be closed.
    private static void Look(FileHandleEndPoint inherited)
    {
        try
        {
            using var socket = new Socket(new SafeSocketHandle((nint)inherited.FileHandle, ownsHandle: false));
            if (socket.SocketType == SocketType.Dgram && socket.LocalEndPoint is IPEndPoint { Port: > 0 })
            {
                return;
            }
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
        }

        throw new NotSupportedException($"Descriptor {inherited.FileHandle} is not a bound UDP socket.");
    }

    private static void BindOne(Socket socket, IPEndPoint where)
    {
        try
        {
            socket.Bind(where);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException($"The UDP address {where} is in use.", error);
        }
    }

    private static void ShareAddress(Socket socket)
        => SetFlag(socket, LinuxSocketCalls.LevelSocket, LinuxSocketCalls.OptionReusePort);

    private static void SetFlag(Socket socket, int level, int option)
    {
        int on = 1;
        socket.SetRawSocketOption(level, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
    }
}
