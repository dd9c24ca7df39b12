namespace Ropewalk.Transports.Datagrams;

/// <summary>Chooses how a port talks to the system.</summary>
public enum DatagramMode
{
    /// <summary><see cref="Batched"/> where it is to be had, <see cref="Portable"/> elsewhere.</summary>
    Auto,

    /// <summary>Linux on x64 and arm64: many datagrams per system call (<c>recvmmsg</c>, <c>sendmmsg</c>), and a socket per worker.</summary>
    Batched,

    /// <summary>Every system: one system call per datagram, and one socket for all workers.</summary>
    Portable,
}
