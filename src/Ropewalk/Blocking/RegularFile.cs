using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ropewalk.Blocking;

/// <summary>Opens files for reading that must be regular ones, and refuses pipes, sockets and devices, which would hold their reader for ever.</summary>
/// <remarks>
/// A named pipe is opened only when somebody writes to it, so what is opened is opened without waiting (O_NONBLOCK, which a regular file does not notice) and looked at then: between a look at the path and the opening it could be
/// exchanged. <b>Call</b>: on a thread that may block; a disk can.
/// </remarks>
public static partial class RegularFile
{
    private const int NoSuchFile = 2;
    private const int Interrupted = 4;
    private const int NoDevice = 6; // ENXIO: it is a socket, or a device that nobody drives
    private const int AccessDenied = 13;
    private const int NotPermitted = 1;
    private const int EmptyPath = 0x1000;
    private const int CurrentFolder = -100;
    private const uint StatType = 0x1;
    private const int KindMask = 0xF000;
    private const int KindPipe = 0x1000;
    private const int KindFile = 0x8000;
    private const int KindFolder = 0x4000;

    // O_RDONLY, O_NONBLOCK, O_NOCTTY and O_CLOEXEC of macOS, and of Linux on all processors that .NET runs on.
    private static readonly int ReadFlags = OperatingSystem.IsMacOS() ? 0x4 | 0x2_0000 | 0x0100_0000 : 0x800 | 0x100 | 0x8_0000;

    /// <summary>Opens a file, without a buffer of its own; whoever writes, replaces or deletes it is not kept from that.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not permit it, or it is a folder.</exception>
    /// <exception cref="IOException">It is no regular file, which the message says, or cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        SafeFileHandle handle = OpenWithoutWaiting(path);
        try
        {
            ThrowIfOther(path, handle);
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <inheritdoc cref="OpenRead"/>
    public static byte[] ReadAllBytes(string path)
    {
        using FileStream stream = OpenRead(path);
        var bytes = new ArrayBufferWriter<byte>();
        while (stream.Read(bytes.GetSpan(4096)) is var count and > 0)
        {
            bytes.Advance(count);
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a whole text; UTF-8 unless it begins with another's mark.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <inheritdoc cref="OpenRead"/>
    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(OpenRead(path), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Throws where a pipe stands at a path: before it is opened for writing, which waits for nobody but has no length.</summary>
    internal static void ThrowIfPipe(string path)
    {
        if (OperatingSystem.IsLinux() && KindOf(CurrentFolder, path, 0) is KindPipe)
        {
            throw Refusal(path, KindPipe);
        }
    }

    private static SafeFileHandle OpenWithoutWaiting(string path)
    {
        while (true)
        {
            int descriptor = OpenDescriptor(path, ReadFlags);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw error switch
                {
                    NoSuchFile => new FileNotFoundException($"There is no file '{path}'.", path),
                    AccessDenied or NotPermitted => new UnauthorizedAccessException($"Access to '{path}' is denied."),
                    NoDevice => Refusal(path, OperatingSystem.IsLinux() ? KindOf(CurrentFolder, path, 0) ?? 0 : 0),
                    _ => new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", error),
                };
            }
        }
    }

    private static void ThrowIfOther(string path, SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            // What cannot be gone back in is a pipe, a socket or a terminal.
            using var probe = new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false);
            using var stream = new FileStream(probe, FileAccess.Read, bufferSize: 0);
            if (!stream.CanSeek)
            {
                throw Refusal(path, 0);
            }

            return;
        }

        int? kind = KindOf((int)handle.DangerousGetHandle(), "", EmptyPath);
        if (kind == KindFolder)
        {
            // As the runtime has it.
            throw new UnauthorizedAccessException($"Access to '{path}' is denied: it is a folder.");
        }

        if (kind is not (null or KindFile))
        {
            throw Refusal(path, kind.Value);
        }
    }

    // Null where a sandbox does not let us look.
    private static unsafe int? KindOf(int folder, string path, int flags)
    {
        byte* state = stackalloc byte[256];
        return StatX(folder, path, flags, StatType, state) == 0 ? *(ushort*)(state + 28) & KindMask : null;
    }

    private static IOException Refusal(string path, int kind) => new(
        kind switch
        {
            KindPipe => $"'{path}' is a named pipe, not a regular file",
            0x2000 or 0x6000 => $"'{path}' is a device, not a regular file",
            0xC000 => $"'{path}' is a socket, not a regular file",
            _ => $"'{path}' is no regular file",
        },
        DiskFailure.NotRegular);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    // The layout of its result is the same on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* state);
}
