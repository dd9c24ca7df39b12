using System.Diagnostics;
using System.Runtime.InteropServices;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Transports.Reactor;

/// <summary>A pipe of the system's, between two sockets that splice.</summary>
/// <remarks>
/// A pipe holds up to <see cref="CapacityBytes"/> of the system's memory for as long as a slow receiver leaves bytes in it, and the system
/// grants one user 64 MiB of pipes (<c>pipe-user-pages-soft</c>). So the process has <see cref="MaxPipes"/> of them; who gets none copies.
/// </remarks>
internal sealed unsafe class SplicePipe : IDirectPipe
{
    /// <summary>1 MiB: the most that an unprivileged user may ask for (<c>pipe-max-size</c>), and 0.24 CPU seconds per GB where 64 KiB take 0.45.</summary>
    public const int CapacityBytes = 1 << 20;

    /// <summary>32: half of what the system grants one user.</summary>
    public const int MaxPipes = 32;

    // Fewer than a splice of one full block is not worth two calls.
    private const int LeastCapacityBytes = 1 << 18;

    private const int MaxIdle = 8;

    /// <summary>1 s: a quota that is used up, descriptors that are short, do not come back between two blocks.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(1);

    private static readonly Stack<SplicePipe> Idle = new();
    private static int _count;
    private static long _refusedAt;

    private readonly int _source;
    private readonly int _sink;
    private readonly int _capacity;

    private SplicePipe(int source, int sink, int capacity)
    {
        _source = source;
        _sink = sink;
        _capacity = capacity;
    }

    /// <inheritdoc/>
    public int HeldBytes { get; private set; }

    /// <summary>Gets how many there are: in use, and kept for the next user.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>Rents one.</summary>
    /// <returns>Null if there are enough, or the system gives none.</returns>
    public static SplicePipe? TryRent()
    {
        lock (Idle)
        {
            if (Idle.TryPop(out SplicePipe? idle))
            {
                return idle;
            }
        }

        if (Volatile.Read(ref _refusedAt) is not 0 and var refused && Stopwatch.GetElapsedTime(refused) < RefusalPause)
        {
            return null;
        }

        if (Interlocked.Increment(ref _count) <= MaxPipes)
        {
            if (DescriptorHeadroom.FindShortage(more: 2) is null && TryOpen() is { } opened)
            {
                return opened;
            }

            Volatile.Write(ref _refusedAt, Stopwatch.GetTimestamp());
        }

        Interlocked.Decrement(ref _count);
        return null;
    }

    /// <summary>Fills it from a socket. It must be empty: the system's answer does not tell a full pipe from an empty socket.</summary>
    /// <returns>As <c>splice</c>: what was moved, or -1 and <c>errno</c>.</returns>
    public nint FillFrom(int socket)
    {
        nint moved = Splice(socket, _sink, _capacity);
        HeldBytes += (int)Math.Max(moved, 0);
        return moved;
    }

    /// <summary>Empties it into a socket, as far as that takes it.</summary>
    /// <returns>As <c>splice</c>: what was moved, or -1 and <c>errno</c>.</returns>
    public nint DrainInto(int socket)
    {
        nint moved = Splice(_source, socket, HeldBytes);
        HeldBytes -= (int)Math.Max(moved, 0);
        return moved;
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        if (HeldBytes == 0)
        {
            return 0;
        }

        fixed (byte* pointer = buffer)
        {
            nint count = Libc.read(_source, pointer, (nuint)buffer.Length);
            if (count <= 0)
            {
                throw new IOException($"A pipe of {HeldBytes} bytes gave none (errno {Marshal.GetLastPInvokeError()}).");
            }

            HeldBytes -= (int)count;
            return (int)count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (HeldBytes == 0)
        {
            lock (Idle)
            {
                if (Idle.Count < MaxIdle)
                {
                    Idle.Push(this);
                    return;
                }
            }
        }

        Libc.close(_source);
        Libc.close(_sink);
        Interlocked.Decrement(ref _count);
    }

    private static nint Splice(int from, int to, int count)
    {
        nint moved;
        do
        {
            moved = Libc.splice(from, null, to, null, (nuint)count, Libc.SPLICE_F_NONBLOCK | Libc.SPLICE_F_MOVE);
        }
        while (moved < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return moved;
    }

    private static SplicePipe? TryOpen()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_NONBLOCK | Libc.O_CLOEXEC) != 0)
        {
            return null;
        }

        Libc.fcntl(ends[0], Libc.F_SETPIPE_SZ, CapacityBytes);
        int capacity = Libc.fcntl(ends[0], Libc.F_GETPIPE_SZ, 0);
        if (capacity >= LeastCapacityBytes)
        {
            return new SplicePipe(ends[0], ends[1], capacity);
        }

        Libc.close(ends[0]);
        Libc.close(ends[1]);
        return null;
    }
}
