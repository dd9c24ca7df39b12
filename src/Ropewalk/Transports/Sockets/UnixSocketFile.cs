using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Sockets;

/// <summary>
/// Binds Unix sockets that are files: a stale file is replaced only if it is a socket on which nobody listens, and the permissions are set
/// before the socket listens, so that nobody can come in between.
/// </summary>
internal static partial class UnixSocketFile
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeMask = 1; // STATX_TYPE
    private const int StatxBytes = 256;
    private const int ModeOffset = 28; // stx_mode
    private const int FileTypeBits = 0xF000; // S_IFMT
    private const int SocketType = 0xC000; // S_IFSOCK

    /// <summary>Binds, sets the mode and listens.</summary>
    /// <param name="path">A path, or a name in Linux's abstract namespace with <c>@</c> before it.</param>
    /// <param name="mode">The permissions; null leaves them to the umask.</param>
    /// <param name="backlog">How many connections wait to be accepted.</param>
    /// <returns>A handle that whoever binds it owns.</returns>
    /// <exception cref="AddressInUseException">Somebody listens there, or a file stands there that is not a socket.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public static FileHandleEndPoint Listen(string path, UnixFileMode? mode, int backlog)
    {
        UnixDomainSocketEndPoint endPoint = EndPointOf(path);
        bool isFile = path[0] != '@';
        if (isFile)
        {
            RemoveStale(path, endPoint);
        }

        var socket = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            if (isFile && mode is { } permissions && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, permissions);
            }

            socket.Listen(backlog);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        // the transport makes a socket of its own of it; this one would remove the file when it is collected
        var handle = new FileHandleEndPoint((ulong)socket.SafeHandle.DangerousGetHandle(), FileHandleType.Auto);
        socket.SafeHandle.SetHandleAsInvalid();
        GC.SuppressFinalize(socket);
        return handle;
    }

    /// <summary>Makes the address of a path or an abstract name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The path is longer than the system's addresses (108 bytes on Linux).</exception>
    public static UnixDomainSocketEndPoint EndPointOf(string path) => new(path[0] == '@' ? string.Concat("\0", path.AsSpan(1)) : path);

    /// <summary>Removes the file of a socket that was closed, unless somebody else listens there by now.</summary>
    public static void Remove(string path)
    {
        if (path[0] == '@')
        {
            return;
        }

        try
        {
            if (IsSocket(path) && !IsListening(EndPointOf(path)))
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            // what stays is stale, and the next start replaces it
        }
    }

    private static void RemoveStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (!Path.Exists(path) && !IsSocket(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new AddressInUseException("a file that is not a socket stands there, and is left alone");
        }

        if (IsListening(endPoint))
        {
            throw new AddressInUseException("somebody listens there");
        }

        File.Delete(path);
    }

    private static bool IsListening(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(endPoint);
            return true;
        }
        catch (SocketException exception)
        {
            // a full backlog is EAGAIN, a socket that may not be written to is EACCES: somebody's. Only a refusal means that nobody listens.
            return exception.SocketErrorCode is not SocketError.ConnectionRefused;
        }
    }

    // Linux refuses to connect to an ordinary file as it refuses a stale socket; statx, whose layout is one on all machines, tells them
    // apart. Elsewhere connecting itself says "not a socket".
    private static bool IsSocket(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Path.Exists(path);
        }

        Span<byte> result = stackalloc byte[StatxBytes];
        int error = Statx(CurrentDirectory, path, NoFollow, TypeMask, ref MemoryMarshal.GetReference(result));
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(result[ModeOffset..]);
        return error == 0 && ((BitConverter.IsLittleEndian ? mode : BinaryPrimitives.ReverseEndianness((ushort)mode)) & FileTypeBits) == SocketType;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte result);
}
