using System.Security.Cryptography;
using System.Text;

namespace Ropewalk.Security.Sasl.Session;

/// <summary>Calculates what both sides of SCRAM-SHA-256 prove to each other.</summary>
/// <remarks>
/// The client's key signs the whole conversation; what travels is the key XOR the signature of its hash, so that who knows the hash can
/// check the proof and cannot make it. <b>Spec</b>: RFC 5802 §3.
/// </remarks>
internal static class ScramProof
{
    /// <summary>The bytes of keys, proofs and signatures.</summary>
    public const int Bytes = SHA256.HashSizeInBytes;

    /// <summary>Makes the client's proof.</summary>
    public static byte[] Make(ReadOnlySpan<byte> clientKey, string conversation)
    {
        byte[] proof = HMACSHA256.HashData(SHA256.HashData(clientKey), Encoding.UTF8.GetBytes(conversation));
        Mix(proof, clientKey);
        return proof;
    }

    /// <summary>Checks the client's proof by the hash of its key.</summary>
    public static bool IsRight(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> storedKey, string conversation)
    {
        if (proof.Length != Bytes)
        {
            return false;
        }

        byte[] clientKey = HMACSHA256.HashData(storedKey, Encoding.UTF8.GetBytes(conversation));
        Mix(clientKey, proof);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), storedKey);
    }

    /// <summary>Makes the server's signature.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> serverKey, string conversation) => HMACSHA256.HashData(serverKey, Encoding.UTF8.GetBytes(conversation));

    private static void Mix(Span<byte> bytes, ReadOnlySpan<byte> with)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= with[i];
        }
    }
}
