using System.Buffers.Binary;
using System.Numerics;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Masks and unmasks payloads: the same operation. <b>Spec</b>: RFC 6455 §5.3.</summary>
internal static class WebSocketMask
{
    /// <summary>Applies a mask while copying.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="target">Where they go; may be the same memory.</param>
    /// <param name="mask">The key, its first byte the lowest.</param>
    /// <param name="offset">How many bytes of the payload came before these.</param>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> target, uint mask, long offset)
    {
        // octet i of the payload is combined with octet i modulo 4 of the key
        uint turned = BitOperations.RotateRight(mask, 8 * (int)(offset & 3));
        int done = 0;
        if (source.Length >= Vector<byte>.Count)
        {
            Vector<byte> key = Vector.AsVectorByte(new Vector<uint>(BitConverter.IsLittleEndian ? turned : BinaryPrimitives.ReverseEndianness(turned)));
            for (; done <= source.Length - Vector<byte>.Count; done += Vector<byte>.Count)
            {
                (new Vector<byte>(source[done..]) ^ key).CopyTo(target[done..]);
            }
        }

        for (; done < source.Length; done++)
        {
            target[done] = (byte)(source[done] ^ (turned >> (8 * (done & 3))));
        }
    }

    /// <summary>Gets the key as the octets of a header show it.</summary>
    public static uint Read(ReadOnlySpan<byte> octets) => BinaryPrimitives.ReadUInt32LittleEndian(octets);
}
