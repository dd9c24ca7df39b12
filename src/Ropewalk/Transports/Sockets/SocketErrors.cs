using System.Net.Sockets;

namespace Ropewalk.Transports.Sockets;

/// <summary>Sorts the system's errors by what they mean for a connection.</summary>
internal static class SocketErrors
{
    public static TransportOutcome Outcome(SocketError error) => error switch
    {
        SocketError.Success => TransportOutcome.Moved,
        SocketError.WouldBlock or SocketError.IOPending or SocketError.Interrupted or SocketError.TryAgain => TransportOutcome.WouldBlock,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NetworkReset or SocketError.TimedOut
            or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.Disconnecting => TransportOutcome.Reset,
        _ => TransportOutcome.Failed,
    };
}
