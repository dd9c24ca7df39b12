using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Owns a bound socket together with the workers that receive from it. It is closed when the port and the last worker have let go: a
/// descriptor must not be closed, and perhaps be somebody else's file, while a thread is in a call on it.
/// </summary>
internal sealed class DatagramSocket
{
    private int _owners = 1;

    public DatagramSocket(Socket socket)
    {
        Socket = socket;
        Descriptor = OperatingSystem.IsWindows() ? -1 : (int)socket.SafeHandle.DangerousGetHandle();
        Local = new PeerAddress((IPEndPoint)socket.LocalEndPoint!);
        IsWildcard = !Local.AddressBytes.ContainsAnyExcept((byte)0);
    }

    public Socket Socket { get; }

    /// <summary>The descriptor, for calls that the runtime doesn't have. Valid for an owner.</summary>
    public int Descriptor { get; }

    /// <summary>The bound address. A dual-stack socket's is IPv6.</summary>
    public PeerAddress Local { get; }

    /// <summary>Whether it is bound to every address of the machine, so that each datagram must tell its own.</summary>
    public bool IsWildcard { get; }

    /// <summary>
    /// Whose turn it is to gather a batch, where several threads share the socket and gather it one by one. Without it one thread could take
    /// the datagram that another has just seen, and the other would wait for the next with a batch in its hands.
    /// </summary>
    public Lock GatherTurn { get; } = new();

    public void AddOwner() => Interlocked.Increment(ref _owners);

    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            Socket.Dispose();
        }
    }

    /// <summary>Keeps the socket open for a call from a thread that is no owner. False when it is closed.</summary>
    public bool TryHold()
    {
        int owners = Volatile.Read(ref _owners);
        while (owners > 0)
        {
            int seen = Interlocked.CompareExchange(ref _owners, owners + 1, owners);
            if (seen == owners)
            {
                return true;
            }

            owners = seen;
        }

        return false;
    }
}
