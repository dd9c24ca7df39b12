using System.Buffers.Binary;
using System.Numerics;

namespace Ropewalk.Dns.Wire.Edns;

// The one cryptographic function that is not .NET's: RFC 9018 prescribes it, and .NET does not offer it. For cookies only; docs/design/dns-cookies.md says why.
/// <summary>Computes SipHash-2-4 with 64 bits (Aumasson and Bernstein 2012), which the cookies of servers are made with. <b>Spec</b>: RFC 9018 §4.4.</summary>
internal static class SipHash
{
    public static ulong Compute(ulong key0, ulong key1, ReadOnlySpan<byte> input)
    {
        ulong v0 = key0 ^ 0x736f6d6570736575UL, v1 = key1 ^ 0x646f72616e646f6dUL, v2 = key0 ^ 0x6c7967656e657261UL, v3 = key1 ^ 0x7465646279746573UL;
        ulong last = (ulong)input.Length << 56;
        for (; input.Length >= 8; input = input[8..])
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(input), ref v0, ref v1, ref v2, ref v3);
        }

        for (int i = 0; i < input.Length; i++)
        {
            last |= (ulong)input[i] << (8 * i);
        }

        Mix(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        for (int round = 0; round < 4; round++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Mix(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
