using System.Security.Cryptography;

namespace Ropewalk.Dns.Wire.Tsig;

/// <summary>Knows the names and sizes of the algorithms.</summary>
public static class TsigAlgorithms
{
    private static readonly DomainName[] Names =
    [
        DomainName.Parse("hmac-sha256."), DomainName.Parse("hmac-sha384."), DomainName.Parse("hmac-sha512."), DomainName.Parse("hmac-sha1."), DomainName.Parse("HMAC-MD5.SIG-ALG.REG.INT."),
    ];

    /// <summary>Gets the algorithm's name as a domain name.</summary>
    public static DomainName Name(this TsigAlgorithm algorithm) => Names[(int)algorithm];

    /// <summary>Gets how long a signature is that has not been cut.</summary>
    public static int MacBytes(this TsigAlgorithm algorithm) => algorithm switch
    {
        TsigAlgorithm.HmacSha256 => 32,
        TsigAlgorithm.HmacSha384 => 48,
        TsigAlgorithm.HmacSha512 => 64,
        TsigAlgorithm.HmacSha1 => 20,
        _ => 16,
    };

    /// <summary>Finds the algorithm of a name in wire form.</summary>
    public static bool TryFind(ReadOnlySpan<byte> name, out TsigAlgorithm algorithm)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (WireName.Equal(Names[i].Wire, name))
            {
                algorithm = (TsigAlgorithm)i;
                return true;
            }
        }

        algorithm = default;
        return false;
    }

    internal static HashAlgorithmName Hash(this TsigAlgorithm algorithm) => algorithm switch
    {
        TsigAlgorithm.HmacSha256 => HashAlgorithmName.SHA256,
        TsigAlgorithm.HmacSha384 => HashAlgorithmName.SHA384,
        TsigAlgorithm.HmacSha512 => HashAlgorithmName.SHA512,
        TsigAlgorithm.HmacSha1 => HashAlgorithmName.SHA1,
        _ => HashAlgorithmName.MD5,
    };
}
