using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Endpoints;
using Ropewalk.Security.Sasl;
using Ropewalk.Server;

namespace Ropewalk.Chat.Tests.Irc.Client;

/// <summary>A server that wants TLS, with real TLS on ports that the system chose.</summary>
public sealed class IrcStsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-irc-");
    private readonly ScriptedServer _script = new();
    private readonly MemoryIrcStsStore _store = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task TheClientComesByTlsAndRemembersIt()
    {
        string certificate = MakeCertificate("localhost");
        await using var server = new ConnectionServer(null, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        int clear = PortOf(await server.ListenAsync("tcp:127.0.0.1:0", _script.ServeAsync));
        int secure = PortOf(await server.ListenAsync($"tls:127.0.0.1:0:cert={certificate}", _script.ServeAsync));
        _script.Offered = $"sts=port={secure},duration=3600 sasl=PLAIN";
        _script.Before = (connection, message) =>
        {
            if (message.Command == "AUTHENTICATE")
            {
                ScriptedServer.Write(connection, message[0] == "PLAIN" ? "AUTHENTICATE +" : ":s 900 me me!u@h acc :You are now logged in\r\n:s 903 me :ok");
            }

            return message.Command == "AUTHENTICATE";
        };
        IrcClientOptions options = Options(certificate);
        options.Credentials = new SaslClientCredentials { Name = "acc", Password = "secret" };
        await using (IrcClient client = await IrcClient.ConnectAsync(EndpointSpec.Tcp("localhost", clear), options))
        {
            Assert.True(client.IsSecure);
            Assert.Equal("acc", client.State.Account);
            Assert.Equal(["CAP LS 302", "CAP LS 302"], _script.Heard.Take(2));
            Assert.Equal((secure, TimeSpan.FromHours(1)), ((await _store.FindAsync("localhost"))!.Port, (await _store.FindAsync("localhost"))!.Duration));
        }

        // the second time the clear port is not even tried
        int connections = _script.Connections.Count;
        await using IrcClient again = await IrcClient.ConnectAsync(EndpointSpec.Tcp("localhost", clear), options);
        Assert.True(again.IsSecure);
        Assert.Equal(connections + 1, _script.Connections.Count);

        // a duration of nothing forgets the policy
        _script.Offered = $"sts=port={secure},duration=0 sasl=PLAIN";
        await using IrcClient last = await IrcClient.ConnectAsync(EndpointSpec.Tcp("localhost", clear), options);
        Assert.Null(await _store.FindAsync("localhost"));
    }

    [Fact]
    public async Task APolicyThatCannotBeKeptEndsNothing()
    {
        string certificate = MakeCertificate("localhost");
        await using var server = new ConnectionServer(null, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        int clear = PortOf(await server.ListenAsync("tcp:127.0.0.1:0", _script.ServeAsync));
        int secure = PortOf(await server.ListenAsync($"tls:127.0.0.1:0:cert={certificate}", _script.ServeAsync));
        _script.Offered = $"sts=port={secure},duration=3600";
        IrcClientOptions options = Options(certificate);
        options.StsStore = new FullStore();
        await using IrcClient client = await IrcClient.ConnectAsync(EndpointSpec.Tcp("localhost", clear), options);
        Assert.True(client.IsSecure);
        await client.JoinAsync("#x");
        await client.StopAsync();
        Assert.Equal(Ropewalk.Transports.ConnectionEndReason.Completed, (await client.Ended).Reason);
    }

    private sealed class FullStore : IIrcStsStore
    {
        public ValueTask<IrcStsPolicy?> FindAsync(string host, CancellationToken cancellationToken = default) => ValueTask.FromResult<IrcStsPolicy?>(null);

        public ValueTask PutAsync(string host, IrcStsPolicy? policy, CancellationToken cancellationToken = default) => throw new IOException("the disk");
    }

    [Fact]
    public async Task ACertificateThatIsNotTheHostsIsTheEnd()
    {
        string certificate = MakeCertificate("other.example");
        await using var server = new ConnectionServer(null, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        int clear = PortOf(await server.ListenAsync("tcp:127.0.0.1:0", _script.ServeAsync));
        int secure = PortOf(await server.ListenAsync($"tls:127.0.0.1:0:cert={certificate}", _script.ServeAsync));
        _script.Offered = $"sts=port={secure},duration=3600";
        await Assert.ThrowsAnyAsync<IOException>(() => IrcClient.ConnectAsync(EndpointSpec.Tcp("localhost", clear), Options(certificate)));
        Assert.Equal(["CAP LS 302"], _script.Heard);
        Assert.Null(await _store.FindAsync("localhost"));
    }

    private static int PortOf(Listening listening) => ((IPEndPoint)listening.EndPoint!).Port;

    private IrcClientOptions Options(string certificate) => new()
    {
        Nick = "me",
        Pacing = new IrcPacing { Penalty = TimeSpan.Zero },
        StsStore = _store,
        SecureEndpoint = (host, port) => EndpointSpec.Parse($"tls:{host}:{port}:trust={certificate}"),
    };

    private string MakeCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string path = Path.Combine(_folder.FullName, $"{name}.pem");
        File.WriteAllText(path, made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return path;
    }
}
