using System.Security.Cryptography.X509Certificates;
using Ropewalk.Security.Tls;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Security.Tls;

public sealed class DevelopmentCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VirtualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_made_on_first_use_for_this_machines_names_and_kept_for_its_owner_only()
    {
        var development = new DevelopmentCertificate(_folder["data"], _time);
        Assert.False(File.Exists(development.Path));
        X509Certificate2 made = development.GetOrCreate();
        Assert.True(made.MatchesHostname("localhost"));
        Assert.True(made.MatchesHostname("127.0.0.1"));
        Assert.True(made.MatchesHostname("::1"));
        Assert.True(made.HasPrivateKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(development.Path!));
        }

        Assert.Equal(made.Thumbprint, new DevelopmentCertificate(_folder["data"], _time).GetOrCreate().Thumbprint);
    }

    [Fact]
    public void It_is_renewed_near_its_end()
    {
        X509Certificate2 first = new DevelopmentCertificate(_folder.Path, _time).GetOrCreate();
        _time.Advance(TimeSpan.FromDays(360));
        Assert.Equal(first.Thumbprint, new DevelopmentCertificate(_folder.Path, _time).GetOrCreate().Thumbprint);
        _time.Advance(TimeSpan.FromDays(10));
        X509Certificate2 second = new DevelopmentCertificate(_folder.Path, _time).GetOrCreate();
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(second.NotAfter > first.NotAfter);
    }

    [Fact]
    public void A_damaged_file_is_replaced()
    {
        var development = new DevelopmentCertificate(_folder.Path, _time);
        File.WriteAllText(development.Path!, "half a fi");
        Assert.True(development.GetOrCreate().HasPrivateKey);
        Assert.Equal(development.GetOrCreate().Thumbprint, new DevelopmentCertificate(_folder.Path, _time).GetOrCreate().Thumbprint);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_named()
    {
        File.WriteAllText(_folder["file"], "");
        CertificateException failure = Assert.Throws<CertificateException>(() => new DevelopmentCertificate(Path.Combine(_folder["file"], "below"), _time).GetOrCreate());
        Assert.Contains(_folder["file"], failure.Message, StringComparison.Ordinal);
    }
}
