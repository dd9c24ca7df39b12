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

    /// <summary>
    /// Every system: no thread of its own, the thread pool takes one datagram at a time, whatever <see cref="DatagramPortOptions.Workers"/> and
    /// <see cref="DatagramPortOptions.BatchSize"/> say. For ports of clients, of which thousands wait and few are busy. Bound by <see cref="DatagramTransport"/> only.
    /// </summary>
    Pooled,
}
