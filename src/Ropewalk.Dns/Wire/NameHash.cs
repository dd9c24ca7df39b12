using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire;

/// <summary>Hashes names in wire form without regard to case, with a secret of the process: names that collide cannot be made from outside.</summary>
/// <remarks>
/// Sixteen bytes a step are folded through one 128-bit product, as wyhash does it (Go's maps where there is no AES). Colliding keys sent
/// to make tables slow are known since Crosby and Wallach 2003. The same seeds give the same hashes on every machine, so that a simulated run repeats. The default mixes nothing: no table takes it.
/// </remarks>
public readonly struct NameHash
{
    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Makes a hash with its secret.</summary>
    /// <param name="first">Random bits, from an injected source.</param>
    /// <param name="second">Random bits, from an injected source.</param>
    public NameHash(ulong first, ulong second)
    {
        // What is zero in a product hides the other factor: the constants are wyhash's, and odd.
        _first = first ^ 0xa0761d6478bd642fUL;
        _second = second ^ 0xe7037ed1a0b428dbUL;
    }

    /// <summary>Gets a hash without a secret, which serves where all names are the program's own.</summary>
    public static NameHash WithoutSecret => new(0, 0);

    // Only the default: a secret that cancels both constants has one chance in 2 to the 128.
    private bool IsDefault => (_first | _second) == 0;

    /// <summary>Hashes a name, or what ends one.</summary>
    /// <param name="name">The name in wire form, not compressed; its letters in any case.</param>
    public ulong Of(ReadOnlySpan<byte> name)
    {
        ulong state = _first ^ (ulong)name.Length;
        while (name.Length > 16)
        {
            state = Fold(state ^ Word(name), _second ^ Word(name[8..]));
            name = name[16..];
        }

        ulong low, high;
        if (name.Length >= 8)
        {
            low = Word(name);
            high = Word(name[^8..]);
        }
        else if (name.Length >= 4)
        {
            low = LowerCase(BinaryPrimitives.ReadUInt32LittleEndian(name));
            high = LowerCase(BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]));
        }
        else
        {
            low = name.Length == 0 ? 0 : LowerCase(((ulong)name[0] << 16) | ((ulong)name[name.Length >> 1] << 8) | name[^1]);
            high = 0;
        }

        state = Fold(state ^ low, _second ^ high);
        return Fold(state ^ _second, _first);
    }

    /// <summary>Gives the hash itself, to be kept for a table.</summary>
    /// <exception cref="ArgumentException">It is the default, which has no secret and hides half of what it hashes.</exception>
    internal NameHash NotDefault() =>
        IsDefault ? throw new ArgumentException($"The hash has no secret: make one of random bits, or take {nameof(WithoutSecret)}.") : this;

    /// <summary>Puts the letters A to Z of eight bytes in lower case at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong LowerCase(ulong bytes)
    {
        const ulong All = 0x0101010101010101;
        ulong sevenBits = bytes & (0x7f * All);
        // The eighth bit of a byte says: at least 'A'; above 'Z'.
        ulong fromA = sevenBits + ((0x80 - 'A') * All);
        ulong aboveZ = sevenBits + ((0x7f - 'Z') * All);
        ulong isUpper = (fromA ^ aboveZ) & ~bytes & (0x80 * All);
        return bytes | (isUpper >> 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ReadOnlySpan<byte> bytes) => LowerCase(BinaryPrimitives.ReadUInt64LittleEndian(bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
