using System.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Knows the names of some numbers.</summary>
internal sealed class Mnemonics
{
    private readonly (int Number, string Name)[] _names;

    private Mnemonics(params (int Number, string Name)[] names) => _names = names;

    /// <summary>DNSSEC's algorithms. <b>Spec</b>: RFC 8624 §3.1.</summary>
    public static Mnemonics Algorithms { get; } = new(
        (1, "RSAMD5"), (2, "DH"), (3, "DSA"), (5, "RSASHA1"), (6, "DSA-NSEC3-SHA1"), (6, "NSEC3DSA"), (7, "RSASHA1-NSEC3-SHA1"), (7, "NSEC3RSASHA1"), (8, "RSASHA256"),
        (10, "RSASHA512"), (12, "ECC-GOST"), (12, "ECCGOST"), (13, "ECDSAP256SHA256"), (14, "ECDSAP384SHA384"), (15, "ED25519"), (16, "ED448"),
        (252, "INDIRECT"), (253, "PRIVATEDNS"), (254, "PRIVATEOID"));

    /// <summary>The types of certificates. <b>Spec</b>: RFC 4398 §2.1.</summary>
    public static Mnemonics CertificateTypes { get; } = new(
        (1, "PKIX"), (2, "SPKI"), (3, "PGP"), (4, "IPKIX"), (5, "ISPKI"), (6, "IPGP"), (7, "ACPKIX"), (8, "IACPKIX"), (253, "URI"), (254, "OID"));

    public string? NameOf(int number) => Array.Find(_names, pair => pair.Number == number).Name;

    public bool TryParse(ReadOnlySpan<byte> text, out int number)
    {
        foreach ((int value, string name) in _names)
        {
            if (Ascii.EqualsIgnoreCase(text, name))
            {
                number = value;
                return true;
            }
        }

        number = 0;
        return false;
    }
}
