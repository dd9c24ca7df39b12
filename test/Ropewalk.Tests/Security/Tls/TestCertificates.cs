using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ropewalk.Security.Tls;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>A small authority and certificates from it, made once per run.</summary>
internal static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> Root = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    });

    private static readonly Lazy<X509Certificate2> ForLocalhost = new(() => Make(["localhost"]));

    public static X509Certificate2 Authority => Root.Value;

    public static X509Certificate2Collection Authorities => [X509CertificateLoader.LoadCertificate(Authority.RawData)];

    public static X509Certificate2 Localhost => ForLocalhost.Value;

    public static X509Certificate2 Make(string[] names, bool isClient = false, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isClient ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7f;
        using X509Certificate2 signed = request.Create(Authority, DateTimeOffset.UnixEpoch.AddDays(1), notAfter ?? new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero), serial);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public static void WritePem(string path, X509Certificate2 certificate) =>
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + KeyPem(certificate) + "\n");

    public static TlsServerOptions Server(params string[] protocols) => WithProtocols(new TlsServerOptions { Certificates = CertificateStore.FromCertificate(Localhost) }, protocols);

    public static TlsClientOptions Client(params string[] protocols) => WithProtocols(new TlsClientOptions { TargetName = "localhost", TrustedAuthorities = Authorities }, protocols);

    private static TlsServerOptions WithProtocols(TlsServerOptions options, string[] protocols)
    {
        Array.ForEach(protocols, options.ApplicationProtocols.Add);
        return options;
    }

    private static TlsClientOptions WithProtocols(TlsClientOptions options, string[] protocols)
    {
        Array.ForEach(protocols, options.ApplicationProtocols.Add);
        return options;
    }
}
