using Microsoft.Extensions.Options;
using Ropewalk.Security.Tls;

namespace Ropewalk.Tests.Security.Tls;

public sealed class TlsOptionsTests
{
    [Fact]
    public void A_servers_errors_are_told_at_once()
    {
        var options = new TlsServerOptions
        {
            ClientAuthorities = [],
            HandshakeTimeout = TimeSpan.Zero,
            MinimumVersion = (TlsVersion)7,
            InputLimitBytes = 1,
        };
        options.ApplicationProtocols.Add("");
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(options.Validate);
        Assert.Equal(7, failure.Failures.Count());
    }

    [Fact]
    public void A_clients_errors_are_told_at_once()
    {
        var options = new TlsClientOptions { DangerouslyTrustAnyone = true, TrustedAuthorities = [], HandshakeTimeout = TimeSpan.FromDays(1) };
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(options.Validate);
        Assert.Equal(4, failure.Failures.Count());
    }

    [Fact]
    public void Nothing_secret_is_formatted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.pfx"], TestCertificates.Make(["a.test"]).Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "hunter2"));
        CertificateStore store = CertificateStore.FromPfx(folder["a.pfx"], "hunter2");
        var options = new TlsServerOptions { Certificates = store };
        foreach (string text in (string[])[options.ToString(), store.ToString(), store.Certificates[0].ToString()])
        {
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE", text, StringComparison.Ordinal);
            Assert.Contains("a.test", text, StringComparison.Ordinal);
        }
    }
}
