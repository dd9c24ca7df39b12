using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Accounts;

/// <summary>Names a certificate: the SHA-256 of its DER.</summary>
/// <remarks><b>Shape</b>: 64 lower-case hexadecimal digits, as <c>openssl x509 -fingerprint -sha256</c> prints them without colons.</remarks>
public sealed class CertificateFingerprint : IEquatable<CertificateFingerprint>
{
    private readonly string _hex;

    private CertificateFingerprint(string hex) => _hex = hex;

    /// <summary>Compares two fingerprints.</summary>
    public static bool operator ==(CertificateFingerprint? left, CertificateFingerprint? right) => Equals(left, right);

    /// <summary>Compares two fingerprints.</summary>
    public static bool operator !=(CertificateFingerprint? left, CertificateFingerprint? right) => !Equals(left, right);

    /// <summary>Takes the fingerprint of a certificate.</summary>
    public static CertificateFingerprint Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Of(certificate.RawDataMemory.Span);
    }

    /// <summary>Takes the fingerprint of a certificate's DER.</summary>
    public static CertificateFingerprint Of(ReadOnlySpan<byte> der) => new(Convert.ToHexStringLower(SHA256.HashData(der)));

    /// <summary>Parses 64 hexadecimal digits of either case, with or without colons between the pairs.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CertificateFingerprint? fingerprint)
    {
        string digits = text is { Length: 95 } && Enumerable.Range(0, 95).All(i => text[i] == ':' == (i % 3 == 2)) ? text.Replace(":", "", StringComparison.Ordinal) : text ?? "";
        fingerprint = digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? new CertificateFingerprint(digits.ToLowerInvariant()) : null;
        return fingerprint is not null;
    }

    /// <inheritdoc/>
    public bool Equals(CertificateFingerprint? other) => other is not null && _hex == other._hex;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CertificateFingerprint);

    /// <inheritdoc/>
    public override int GetHashCode() => _hex.GetHashCode(StringComparison.Ordinal);

    /// <summary>Gives the 64 digits.</summary>
    public override string ToString() => _hex;
}
