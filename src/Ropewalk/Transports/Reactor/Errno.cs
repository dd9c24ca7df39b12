using System.Net.Sockets;

namespace Ropewalk.Transports.Reactor;

/// <summary>Linux error numbers and what they mean for a connection.</summary>
internal static class Errno
{
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EINPROGRESS = 115;

    public static TransportOutcome Outcome(int errno) => errno switch
    {
        EAGAIN => TransportOutcome.WouldBlock,
        32 or 104 or 103 or 108 or 110 or 111 or 112 or 113 or 101 or 100 or 107 => TransportOutcome.Reset,
        _ => TransportOutcome.Failed,
    };

    /// <summary>Says whether an accept failed because of the one connection, not of the listener: the next accept may succeed.</summary>
    public static bool IsOfOneConnection(int errno) => errno is 103 or 104 or 71 or 64 or 92 or 95 or 100 or 101 or 112 or 113 or EINTR;

    /// <summary>Says whether a call is not there, not allowed, or not for this kind of descriptor.</summary>
    public static bool IsNotSupported(int errno) => errno is 1 or 13 or 22 or 38 or 95;

    public static SocketException ToException(int errno) => new((int)ToSocketError(errno), $"{ToSocketError(errno)} (errno {errno})");

    private static SocketError ToSocketError(int errno) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        2 => SocketError.AddressNotAvailable,
        9 or 88 => SocketError.NotSocket,
        EAGAIN => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        22 => SocketError.InvalidArgument,
        23 or 24 => SocketError.TooManyOpenSockets,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
