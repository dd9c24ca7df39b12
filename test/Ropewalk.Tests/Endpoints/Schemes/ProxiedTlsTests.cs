using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.ProxyProtocol;
using Ropewalk.Server;
using Ropewalk.Tests.Server;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Endpoints.Schemes;

/// <summary>The header stands before the handshake, on both sides.</summary>
public sealed class ProxiedTlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");
    private readonly EndpointContext _context = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TheHeaderComesFirstAndTheHandshakeBehindIt(int version)
    {
        string pem = WriteCertificate();
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync($@"proxy:trust=127.0.0.0/8:then=tls\:127.0.0.1\:0\:cert={pem}", async connection =>
        {
            await ConnectionServerTests.SendAsync(connection, $"{connection.RemoteEndPoint} {connection.Features.Get<IProxyHeaderFeature>()!.Header.Version}: ");
            await ConnectionServerTests.EchoLineAsync(connection);
        });
        int port = ((IPEndPoint)listening.EndPoint).Port;
        (ConnectionContext origin, _) = MemoryTransport.CreatePair();
        origin.RemoteEndPoint = IPEndPoint.Parse("192.0.2.7:4711");
        origin.LocalEndPoint = IPEndPoint.Parse("192.0.2.1:443");

        await using ConnectionContext client = await _context.WithOrigin(origin)
            .ConnectAsync(EndpointSpec.Parse($@"proxy:version={version}:then=tls\:127.0.0.1\:{port}\:trust={pem}"));
        await ConnectionServerTests.SendAsync(client, "hello\n");

        Assert.Equal($"192.0.2.7:4711 {version}: hello\n", await ConnectionServerTests.ReadToEndAsync(client));
    }

    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ropewalk test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string path = Path.Combine(_folder.FullName, "site.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }
}
