using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Names the system calls that .NET has no method for: opening below a folder, reading only what is cached, time stamps in nanoseconds.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LinuxCalls
{
    public const int OpenReadOnly = 0, OpenNonBlocking = 0x800, OpenNoTerminal = 0x100, OpenCloseOnExec = 0x80000, OpenPath = 0x200000;
    public const int CurrentFolder = -100, EmptyPath = 0x1000, NoFollowStat = 0x100;
    public const ulong ResolveNoMagicLinks = 0x02, ResolveBeneath = 0x08, ResolveCached = 0x20;

    private const int ReadNoWait = 0x8;
    private const uint StatBasics = 0x7FF;
    private const nint OpenAt2Number = 437;   // the same on every architecture: calls since Linux 5.1 share one table

    // the two flags whose value depends on the machine
    private static readonly bool ArmFlags = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le;

    public static int OpenFolder => ArmFlags ? 0x4000 : 0x10000;

    public static int OpenNoFollow => ArmFlags ? 0x8000 : 0x20000;

    /// <summary>Opens below a folder. Gives a handle, or the negative error number.</summary>
    public static int OpenBeneath(SafeFileHandle root, ReadOnlySpan<byte> zeroEndedPath, int flags, ulong resolve)
    {
        OpenHow how = new() { Flags = (uint)flags, Resolve = resolve };
        bool referenced = false;
        try
        {
            root.DangerousAddRef(ref referenced);
            fixed (byte* path = zeroEndedPath)
            {
                nint result = SystemCall(OpenAt2Number, root.DangerousGetHandle(), path, &how, sizeof(OpenHow));
                return result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();
            }
        }
        finally
        {
            if (referenced) root.DangerousRelease();
        }
    }

    /// <summary>Opens one name in a folder, or any path from <see cref="CurrentFolder"/>. Gives a handle, or the negative error number.</summary>
    public static int Open(int folder, ReadOnlySpan<byte> zeroEndedPath, int flags)
    {
        fixed (byte* path = zeroEndedPath)
        {
            int result = OpenAt(folder, path, flags, 0);
            return result >= 0 ? result : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Takes a file's state. Gives 0, or the negative error number.</summary>
    public static int Stat(int folder, ReadOnlySpan<byte> zeroEndedPath, int flags, out LinuxStat stat)
    {
        stat = default;
        fixed (byte* path = zeroEndedPath)
        fixed (LinuxStat* buffer = &stat)
        {
            return StatX(folder, path, flags, StatBasics, buffer) == 0 ? 0 : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Reads what is in the page cache already. Gives the count, or the negative error number.</summary>
    public static nint ReadCached(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
        {
            IoVector vector = new() { Start = start, Length = (nuint)buffer.Length };
            nint result = PReadV2(file, &vector, 1, offset, ReadNoWait);
            return result >= 0 ? result : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Reads a link's target from a handle that <see cref="OpenPath"/> and <see cref="OpenNoFollow"/> gave. Gives the count, or the negative error number.</summary>
    public static nint ReadLink(int link, Span<byte> buffer)
    {
        ReadOnlySpan<byte> empty = "\0"u8;
        fixed (byte* path = empty)
        fixed (byte* start = buffer)
        {
            nint result = ReadLinkAt(link, path, start, (nuint)buffer.Length);
            return result >= 0 ? result : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Reads the next entries of a folder. Gives the count of bytes, 0 at the end, or the negative error number.</summary>
    public static nint ReadFolder(int folder, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint result = GetEntries(folder, start, (nuint)buffer.Length);
            return result >= 0 ? result : -Marshal.GetLastPInvokeError();
        }
    }

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint folder, byte* path, OpenHow* how, nint size);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int folder, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatX(int folder, byte* path, int flags, uint mask, LinuxStat* buffer);

    [LibraryImport("libc", EntryPoint = "preadv2", SetLastError = true)]
    private static partial nint PReadV2(SafeFileHandle file, IoVector* vectors, int count, long offset, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint ReadLinkAt(int folder, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint GetEntries(int folder, byte* buffer, nuint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }
}
