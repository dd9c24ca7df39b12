using System.Runtime.InteropServices;
using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Terminal;

/// <summary>Sees to it that 0, 1 and 2 are standard input, output and error, and nothing else.</summary>
/// <remarks>
/// Where one of them is closed at the start, the runtime opens something of its own under its number long before our first line runs. With 0 and 1
/// closed that is the pipe by which its threads order their shutdown: our text went into it, and as the runtime duplicates 0, 1 and 2 as well, the
/// end of that pipe was never seen, and each stop waited a second for it. By then nothing can be put right but by starting again.
/// </remarks>
internal static unsafe partial class StandardStreams
{
    private const int GetFlags = 1; // F_GETFD
    private const int SetFlags = 2; // F_SETFD
    private const int CloseOnExecute = 1; // FD_CLOEXEC
    private const int OpenReadOnlyCloseOnExecute = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>Starts the program again, as the same process with the same arguments, if a standard stream was closed; returns if none was.</summary>
    public static void StartAgainIfClosed()
    {
        int[] closed = OperatingSystem.IsLinux() ? [.. Enumerable.Range(0, 3).Where(IsClosed)] : [];
        if (closed.Length == 0)
        {
            return;
        }

        // for reading only: what is written to a closed output is still an error, and is told as one
        int nothing = Open("/dev/null", OpenReadOnlyCloseOnExecute);
        if (nothing < 0 || ReadCommandLine() is not { } commandLine)
        {
            return; // no /dev, no /proc: it goes on as it is, and stops a second late
        }

        foreach (int descriptor in closed)
        {
            // the copy has no FD_CLOEXEC: the next start finds it open
            _ = descriptor == nothing ? Control(descriptor, SetFlags, 0) : Duplicate(nothing, descriptor);
        }

        if (!closed.Any(IsClosed)) // else the next start would do the same, and the next
        {
            Execute(commandLine);
        }

        // what was the runtime's is gone: no way back, and no orderly end either
        Exit(ExitCode.Failed);
    }

    private static byte[]? ReadCommandLine()
    {
        try
        {
            return File.ReadAllBytes("/proc/self/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // what was given has come through execve(2), and so has no FD_CLOEXEC; what the runtime opens and keeps has it
    private static bool IsClosed(int descriptor) => Control(descriptor, GetFlags, 0) is var flags && (flags < 0 || (flags & CloseOnExecute) != 0);

    private static void Execute(ReadOnlySpan<byte> commandLine)
    {
        // proc(5): each argument ends with a zero byte
        nint[] arguments = new nint[commandLine.Count((byte)0) + 1];
        fixed (byte* text = commandLine)
        {
            byte* next = text;
            for (int i = 0; i < arguments.Length - 1; i++)
            {
                arguments[i] = (nint)next;
                next += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(next).Length + 1;
            }

            fixed (nint* list = arguments)
            {
                _ = Execute("/proc/self/exe", list);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, nint* arguments);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
