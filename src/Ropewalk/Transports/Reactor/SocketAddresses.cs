using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Transports.Reactor;

/// <summary>Turns the system's socket addresses into end points.</summary>
internal static unsafe class SocketAddresses
{
    /// <summary>The largest: sockaddr_un.</summary>
    public const int MaxBytes = 110;

    public static EndPoint? From(ReadOnlySpan<byte> address)
    {
        if (address.Length < 2)
        {
            return null;
        }

        AddressFamily family = BitConverter.ToUInt16(address) switch
        {
            2 => AddressFamily.InterNetwork,
            10 => AddressFamily.InterNetworkV6,
            1 => AddressFamily.Unix,
            _ => AddressFamily.Unknown,
        };
        switch (family)
        {
            case AddressFamily.InterNetwork:
                return new IPEndPoint(new IPAddress(address.Slice(4, 4)), Port(address));
            case AddressFamily.InterNetworkV6:
                return new IPEndPoint(new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address[24..])), Port(address));
            case AddressFamily.Unix:
                ReadOnlySpan<byte> path = address[2..];
                int end = path.IndexOf((byte)0);
                path = end < 0 ? path : path[..end];
                return new UnixDomainSocketEndPoint(path.IsEmpty ? "@unnamed" : System.Text.Encoding.UTF8.GetString(path));
            default:
                return null;
        }
    }

    public static EndPoint? LocalOf(int fd)
    {
        byte* buffer = stackalloc byte[MaxBytes];
        uint length = MaxBytes;
        return Libc.getsockname(fd, buffer, &length) < 0 ? null : From(new ReadOnlySpan<byte>(buffer, (int)Math.Min(length, MaxBytes)));
    }

    private static int Port(ReadOnlySpan<byte> address) => (address[2] << 8) | address[3];
}
