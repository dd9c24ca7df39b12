using System.Security.Cryptography.X509Certificates;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Security.Tls;

public sealed class PublicTrustTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatTheTrustedVouchForIsPublic() => Assert.Null(PublicTrust.FindObstacle(Endpoint(TestCertificates.Localhost), TimeProvider.System, TestCertificates.Authorities));

    [Fact]
    public void WhatOnlyTheTestVouchesForIsNot() => Assert.NotNull(PublicTrust.FindObstacle(Endpoint(TestCertificates.Localhost), TimeProvider.System));

    [Fact]
    public void WhatHasEndedIsNot()
    {
        var time = new VirtualTime();
        EndpointSpec endpoint = Endpoint(TestCertificates.Make(["localhost"], notAfter: time.GetUtcNow().AddHours(1)));
        Assert.Null(PublicTrust.FindObstacle(endpoint, time, TestCertificates.Authorities));
        time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(PublicTrust.FindObstacle(endpoint, time, TestCertificates.Authorities));
    }

    [Fact]
    public void WhatIsForClientsIsNot() =>
        Assert.NotNull(PublicTrust.FindObstacle(Endpoint(TestCertificates.Make(["localhost"], isClient: true)), TimeProvider.System, TestCertificates.Authorities));

    [Fact]
    public void WhatIsNotProtectedIsNot() => Assert.Contains("not protected", PublicTrust.FindObstacle(EndpointSpec.Parse("tcp:6667"), TimeProvider.System), StringComparison.Ordinal);

    private EndpointSpec Endpoint(X509Certificate2 certificate)
    {
        string path = _folder["one.pem"];
        TestCertificates.WritePem(path, certificate);
        return EndpointSpec.Parse($"tls:6697:cert={path}");
    }
}
