using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ropewalk.Transports.Sockets;

/// <summary>Tells whether the process is about to run out of descriptors, while there are still some left.</summary>
/// <remarks>
/// The runtime itself needs descriptors: a pipe for each thread that it starts, a file for each assembly that it loads. One that finds none
/// ends the process ("Out of memory."), so taking connections up to the last descriptor is fatal sooner or later. The system gives out the
/// lowest free number, so one look at which number is free tells how full the table is.
/// </remarks>
internal static partial class DescriptorHeadroom
{
    // an eighth of the limit, at least what a burst of new threads and assemblies takes, at most what is never missed
    private const int LeastSpare = 32;
    private const int MostSpare = 256;
    private const int LimitDivisor = 8;

    private static readonly Lazy<SafeFileHandle?> Probe = new(OpenProbe);

    /// <summary>Describes the shortage, or gives null if enough descriptors are left.</summary>
    /// <param name="more">How many more than enough must be left: what keeps a full server from going to and fro.</param>
    public static string? FindShortage(int more)
    {
        if (OperatingSystem.IsWindows() || Limit() is not { } limit || Probe.Value is not { } probe)
        {
            return null;
        }

        int free = Duplicate(probe);
        if (free >= 0)
        {
            _ = Close(free);
        }

        long spare = SpareOf(limit);
        return free >= 0 && free + more <= limit - spare ? null : $"fewer than {spare} of {limit} descriptors are left";
    }

    /// <summary>Computes how many descriptors stay free.</summary>
    internal static long SpareOf(long limit) => Math.Min(Math.Clamp(limit / LimitDivisor, LeastSpare, MostSpare), limit / 2);

    private static unsafe long? Limit()
    {
        // RLIMIT_NOFILE; asked for each time, as prlimit(2) can change it
        int resource = OperatingSystem.IsLinux() ? 7 : 8;
        nuint* limits = stackalloc nuint[2];
        return GetLimit(resource, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : null;
    }

    private static SafeFileHandle? OpenProbe()
    {
        try
        {
            return File.OpenHandle("/dev/null");
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static unsafe partial int GetLimit(int resource, nuint* limits);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
