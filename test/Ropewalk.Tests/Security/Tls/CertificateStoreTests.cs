using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Ropewalk.Security.Tls;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Security.Tls;

public sealed class CertificateStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("www.example.org", "www.example.org")]
    [InlineData("WWW.Example.ORG.", "www.example.org")]
    [InlineData("mail.example.org", "*.example.org")]
    [InlineData("a.b.example.org", "first.test")]
    [InlineData("example.org", "first.test")]
    [InlineData("nowhere.test", "first.test")]
    [InlineData("bücher.test", "xn--bcher-kva.test")]
    [InlineData(null, "first.test")]
    [InlineData("", "first.test")]
    public void The_name_chooses_exact_then_wildcard_then_default(string? asked, string expected)
    {
        TestCertificates.WritePem(_folder["b.pem"], TestCertificates.Make(["www.example.org"]));
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["*.example.org"]));
        TestCertificates.WritePem(_folder["d.pem"], TestCertificates.Make(["xn--bcher-kva.test"]));
        TestCertificates.WritePem(_folder["a.pem"], TestCertificates.Make(["first.test"]));
        Assert.Equal(expected, CertificateStore.FromFolder(_folder.Path).Find(asked)!.Names[0]);
    }

    [Fact]
    public void A_file_named_default_is_the_default()
    {
        TestCertificates.WritePem(_folder["a.pem"], TestCertificates.Make(["a.test"]));
        TestCertificates.WritePem(_folder["default.pem"], TestCertificates.Make(["z.test"]));
        Assert.Equal("z.test", CertificateStore.FromFolder(_folder.Path).Find("unknown")!.Names[0]);
    }

    [Fact]
    public void All_layouts_of_a_folder_are_read()
    {
        X509Certificate2 separate = TestCertificates.Make(["separate.test"]);
        File.WriteAllText(_folder["separate.crt"], separate.ExportCertificatePem());
        File.WriteAllText(_folder["separate.key"], TestCertificates.KeyPem(separate));
        Directory.CreateDirectory(_folder["acme.test"]);
        X509Certificate2 acme = TestCertificates.Make(["acme.test"]);
        File.WriteAllText(Path.Combine(_folder["acme.test"], "fullchain.pem"), acme.ExportCertificatePem() + "\n" + TestCertificates.Authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder["acme.test"], "privkey.pem"), TestCertificates.KeyPem(acme));
        File.WriteAllBytes(_folder["store.pfx"], TestCertificates.Make(["pfx.test"]).Export(X509ContentType.Pkcs12, "secret"));
        CertificateStore store = CertificateStore.FromFolder(_folder.Path, "secret");
        Assert.Equal(["acme.test", "pfx.test", "separate.test"], store.Certificates.Select(certificate => certificate.Names[0]).Order());
    }

    [Fact]
    public void Every_bad_file_is_told_at_once_and_no_secret_with_it()
    {
        X509Certificate2 one = TestCertificates.Make(["one.test"]);
        X509Certificate2 other = TestCertificates.Make(["other.test"]);
        File.WriteAllText(_folder["a-mismatch.pem"], one.ExportCertificatePem() + "\n" + TestCertificates.KeyPem(other));
        File.WriteAllText(_folder["b-empty.pem"], "");
        File.WriteAllText(_folder["c-no-key.pem"], one.ExportCertificatePem());
        File.WriteAllText(_folder["d-encrypted.pem"], one.ExportCertificatePem() + "\n" + one.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem("right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllBytes(_folder["e-wrong.pfx"], one.Export(X509ContentType.Pkcs12, "right"));
        CertificateException failure = Assert.Throws<CertificateException>(() => CertificateStore.FromFolder(_folder.Path, "hunter2"));
        Assert.Equal(5, failure.Errors.Count);
        Assert.Collection(
            failure.Errors,
            error => Assert.Contains("does not belong to the certificate", error, StringComparison.Ordinal),
            error => Assert.Contains("holds no certificate", error, StringComparison.Ordinal),
            error => Assert.Contains("holds no private key", error, StringComparison.Ordinal),
            error => Assert.Contains("password is wrong", error, StringComparison.Ordinal),
            error => Assert.Contains("not a PFX file, or the password is wrong", error, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        CertificateException failure = Assert.Throws<CertificateException>(() => CertificateStore.FromPem(_folder["none.pem"]));
        Assert.Equal([$"{_folder["none.pem"]}: no such file."], failure.Errors);
    }

    [Fact]
    public async Task A_reload_is_for_new_handshakes_and_connections_stay()
    {
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["localhost"]));
        CertificateStore store = CertificateStore.FromPem(_folder["c.pem"]);
        var options = new TlsServerOptions { Certificates = store };
        (ConnectionContext first, ConnectionContext firstServer) = await TlsPair.CreateAsync(options);
        string? before = ShownTo(first);

        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["localhost"]));
        CertificateReload reload = await store.ReloadAsync();
        Assert.True(reload.Replaced, string.Join(" ", reload.Errors));
        Assert.Empty(reload.Warnings);
        (ConnectionContext second, _) = await TlsPair.CreateAsync(options);
        Assert.NotEqual(before, ShownTo(second));

        await first.WriteTextAsync("still");
        Assert.Equal("still", await firstServer.ReadTextAsync(5));
    }

    [Fact]
    public async Task A_bad_file_keeps_the_old_certificates_and_is_told()
    {
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["localhost"]));
        CertificateStore store = CertificateStore.FromPem(_folder["c.pem"]);
        ServerCertificate before = store.Find(null)!;
        File.WriteAllText(_folder["c.pem"], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        CertificateReload reload = await store.ReloadAsync();
        Assert.False(reload.Replaced);
        Assert.Single(reload.Errors);
        Assert.StartsWith(_folder["c.pem"], reload.Errors[0], StringComparison.Ordinal);
        Assert.Same(before, store.Find(null));
    }

    [Fact]
    public async Task An_expired_certificate_is_used_and_warned_of()
    {
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["localhost"], notAfter: new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        CertificateReload reload = await CertificateStore.FromPem(_folder["c.pem"]).ReloadAsync();
        Assert.True(reload.Replaced);
        Assert.Equal([$"{_folder["c.pem"]}: has expired."], reload.Warnings);
    }

    [Fact]
    public async Task The_name_that_a_client_asks_for_chooses_in_the_handshake()
    {
        TestCertificates.WritePem(_folder["a.pem"], TestCertificates.Make(["a.test"]));
        TestCertificates.WritePem(_folder["b.pem"], TestCertificates.Make(["b.test"]));
        var options = new TlsServerOptions { Certificates = CertificateStore.FromFolder(_folder.Path) };
        foreach (string name in (string[])["a.test", "b.test"])
        {
            TlsClientOptions client = TestCertificates.Client();
            client.TargetName = name;
            (ConnectionContext end, ConnectionContext server) = await TlsPair.CreateAsync(options, client);
            Assert.Equal($"CN={name}", end.Features.GetRequiredFeature<ISslStreamFeature>().SslStream.RemoteCertificate!.Subject);
            Assert.Equal(name, server.Features.GetRequiredFeature<ITlsHandshakeFeature>().HostName);
        }
    }

    private static string? ShownTo(ConnectionContext client) =>
        client.Features.GetRequiredFeature<ISslStreamFeature>().SslStream.RemoteCertificate?.GetCertHashString();
}
