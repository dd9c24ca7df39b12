using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Names the calls and numbers of Linux that the runtime's sockets don't have. The numbers are those of x64 and arm64, which agree.
/// </summary>
/// <remarks>
/// Every argument is blittable, so a call costs the transition and nothing else. That transition is kept: these calls block, or run the
/// receiver's half of the loopback device for microseconds, and without it the collector would have to wait for them.
/// </remarks>
internal static unsafe partial class LinuxSocketCalls
{
    public const int LevelSocket = 1;
    public const int LevelIPv4 = 0;
    public const int LevelIPv6 = 41;

    public const int OptionReusePort = 15;
    public const int OptionSendTimeout = 21;
    public const int OptionMemoryUse = 55;          // SO_MEMINFO: nine counters, the last is the drops
    public const int OptionIPv4PacketInfo = 8;      // and the type of the control message
    public const int OptionIPv6ReceivePacketInfo = 49;
    public const int ControlIPv6PacketInfo = 50;

    public const int FlagTruncated = 0x20;
    public const int FlagDontWait = 0x40;
    public const int FlagWaitForOne = 0x10000;

    public const int ErrorInterrupted = 4;
    public const int ErrorAgain = 11;
    public const int ErrorInvalid = 22;

    public const int ShutdownReceive = 0;

    private const int CallNumberMembarrierX64 = 324;
    private const int CallNumberMembarrierArm64 = 283;
    private const int MembarrierGlobal = 1;

    /// <summary>Whether this process can use the structures and numbers here.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && sizeof(nint) == 8;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveBatch(int socket, LinuxMessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendBatch(int socket, LinuxMessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(int socket, LinuxMessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, PeerAddress* address, uint length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);

    /// <summary>
    /// Waits until every packet that the system was in the middle of handing to a socket has been handed: <c>membarrier(2)</c>'s global
    /// command is the kernel's own grace period (<c>synchronize_rcu</c>), and packets are delivered inside its read side.
    /// </summary>
    public static void WaitForPacketsUnderWay()
    {
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? CallNumberMembarrierX64 : CallNumberMembarrierArm64;
        _ = SystemCall(number, MembarrierGlobal, 0, 0);  // refused by a sandbox: what is lost is certainty about a microsecond
    }
}
