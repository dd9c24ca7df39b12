using System.Buffers;
using Microsoft.Extensions.ObjectPool;

namespace Ropewalk.Transports;

/// <summary>
/// Holds bytes that were encoded once and are sent to many connections. It is counted by reference: the creator holds one reference, each
/// queue takes its own, and the last <see cref="Release"/> gives the buffer back to its pool.
/// </summary>
/// <remarks>
/// Copies of up to 1 KiB, which is what a chat's lines are, are used again together with their buffers: sending one allocates nothing. <b>Lifetime</b>: whoever has
/// given its reference back must forget the object, which may be somebody else's by then.
/// </remarks>
public sealed class SharedBytes
{
    private const int SmallBytes = 1024;
    private const int MostSmall = 1024;

    private static readonly DefaultObjectPool<SharedBytes> Small = new(new SmallPolicy(), MostSmall);

    private readonly bool _pooled;
    private readonly bool _isSmall;
    private byte[]? _array;
    private int _length;
    private int _references = 1;
    private Derived? _derived;

    private SharedBytes()
    {
        _array = new byte[SmallBytes];
        _isSmall = true;
        _references = 0;
    }

    private SharedBytes(byte[] array, int length, bool pooled)
    {
        _array = array;
        _length = length;
        _pooled = pooled;
    }

    /// <summary>Copies <paramref name="bytes"/> into a pooled buffer.</summary>
    public static SharedBytes Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= SmallBytes)
        {
            SharedBytes small = Small.Get();
            bytes.CopyTo(small._array);
            small._length = bytes.Length;
            Volatile.Write(ref small._references, 1);
            return small;
        }

        byte[] array = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(array);
        return new SharedBytes(array, bytes.Length, pooled: true);
    }

    /// <summary>Takes over the beginning of a buffer of the shared pool.</summary>
    internal static SharedBytes OwnPooled(byte[] array, int length) => new(array, length, pooled: true);

    /// <summary>Wraps an array that nobody writes to any more.</summary>
    public static SharedBytes Own(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new SharedBytes(bytes, bytes.Length, pooled: false);
    }

    /// <summary>Gets the length in bytes.</summary>
    public int Length => _length;

    /// <summary>Gets the bytes. <b>Lifetime</b>: while a reference is held.</summary>
    public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, _length);

    /// <summary>Gets the bytes. <b>Lifetime</b>: while a reference is held.</summary>
    public ReadOnlySpan<byte> Span => Array.AsSpan(0, _length);

    private byte[] Array => Volatile.Read(ref _references) > 0 && _array is { } array ? array : throw new ObjectDisposedException(nameof(SharedBytes));

    /// <summary>Takes one more reference.</summary>
    public void Retain()
    {
        if (Interlocked.Increment(ref _references) <= 1)
        {
            throw new ObjectDisposedException(nameof(SharedBytes));
        }
    }

    /// <summary>Gives one reference back; the last one returns the buffer.</summary>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left > 0)
        {
            return;
        }

        if (left < 0)
        {
            throw new ObjectDisposedException(nameof(SharedBytes), "Released more often than retained.");
        }

        for (Derived? derived = _derived; derived is not null; derived = derived.Next)
        {
            derived.Bytes.Release();
        }

        if (_isSmall)
        {
            _derived = null;
            Small.Return(this);
            return;
        }

        byte[] array = _array!;
        _array = null;
        if (_pooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Gets the same bytes in another form, which is made once. <b>Lifetime</b>: while a reference to this is held; take one of its own to keep it longer.</summary>
    internal SharedBytes In(SharedForm form)
    {
        Derived? made = null;
        while (true)
        {
            Derived? newest = Volatile.Read(ref _derived);
            for (Derived? derived = newest; derived is not null; derived = derived.Next)
            {
                if (derived.Form == form)
                {
                    // somebody was faster
                    made?.Bytes.Release();
                    return derived.Bytes;
                }
            }

            made ??= new Derived(form, form.Make(Span));
            made.Next = newest;
            if (Interlocked.CompareExchange(ref _derived, made, newest) == newest)
            {
                return made.Bytes;
            }
        }
    }

    private sealed class Derived(SharedForm form, SharedBytes bytes)
    {
        public SharedForm Form => form;

        public SharedBytes Bytes => bytes;

        public Derived? Next { get; set; }
    }

    private sealed class SmallPolicy : PooledObjectPolicy<SharedBytes>
    {
        public override SharedBytes Create() => new();

        public override bool Return(SharedBytes obj) => true;
    }
}
