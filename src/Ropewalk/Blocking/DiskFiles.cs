using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ropewalk.Blocking;

/// <summary>Does what a disk file store asks of the system, on a thread that may block. It knows full paths and no rules.</summary>
internal static partial class DiskFiles
{
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;

    // O_RDONLY | O_CLOEXEC: close-on-exec differs between Linux and macOS, not between processors.
    private static readonly int ReadOnlyFlags = OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;

    /// <summary>Opens a regular file, without a buffer of its own.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="mode">Open, OpenOrCreate or Create.</param>
    /// <param name="write">Whether it is written to.</param>
    /// <param name="created">The permissions of a file that is made here; Windows inherits the folder's.</param>
    public static FileStream Open(string path, FileMode mode, bool write, UnixFileMode created)
    {
        if (!write)
        {
            return RegularFile.OpenRead(path);
        }

        RegularFile.ThrowIfPipe(path);
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = created;
        }

        return new FileStream(path, options);
    }

    /// <summary>Writes bytes at an offset, and takes back what was written of them if not all can be.</summary>
    public static void WriteAllOrNothing(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (Exception e) when (DiskFailure.Is(e))
        {
            if (RandomAccess.GetLength(file) > offset)
            {
                RandomAccess.SetLength(file, offset);
            }

            throw;
        }
    }

    /// <summary>Makes a folder and those above it, and their names durable.</summary>
    public static void CreateFolder(string path, string top, UnixFileMode mode)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string parent = Path.GetDirectoryName(path)!;
        if (path.Length > top.Length)
        {
            CreateFolder(parent, top, mode);
        }

        if (File.Exists(path))
        {
            throw new IOException("a file stands where a folder must be", DiskFailure.NotADirectory);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, mode);
        }

        FlushFolder(parent);
    }

    /// <summary>Removes a folder, and those above it up to <paramref name="top"/>, as long as they are empty.</summary>
    public static void RemoveEmptyFolders(string path, string top)
    {
        while (path.Length > top.Length)
        {
            try
            {
                Directory.Delete(path, recursive: false);
            }
            catch (IOException)
            {
                return; // not empty, or gone: nothing to remove
            }
            catch (UnauthorizedAccessException)
            {
                return; // an empty folder that stays is only untidy
            }

            path = Path.GetDirectoryName(path)!;
        }
    }

    /// <summary>Makes the names in a folder durable. Windows needs no such call: its file systems journal names.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = OpenDescriptor(path, ReadOnlyFlags);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the folder to flush it: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        }

        try
        {
            while (Flush(descriptor) != 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == InvalidArgument)
                {
                    return; // this file system has nothing to flush for a folder
                }

                if (error != Interrupted)
                {
                    throw new IOException($"cannot flush the folder: {Marshal.GetPInvokeErrorMessage(error)}", error);
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
