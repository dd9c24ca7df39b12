using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;
using Ropewalk.Server;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Security.Tls;

public sealed class TlsEndpointSchemeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SocketTransport _sockets = new();
    private readonly CapturedLog _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_endpoint_string_is_served_and_connected_to()
    {
        WriteAll();
        EndpointContext context = NewContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={_folder["c.pem"]}:alpn=echo,other:min=1.3", EchoAsync);
        await using ConnectionContext client = await context.ConnectAsync(EndpointSpec.Parse($"tls:127.0.0.1:{PortOf(listening)}:name=localhost:trust={_folder["ca.pem"]}:alpn=echo"));
        Assert.Equal("echo", Encoding.ASCII.GetString(client.Features.GetRequiredFeature<ITlsApplicationProtocolFeature>().ApplicationProtocol.Span));
        await client.WriteTextAsync("hello");
        client.Transport.Output.Complete();
        Assert.Equal("hello", await client.ReadToEndAsync());
        Assert.True(client.Features.GetRequiredFeature<ITlsCloseFeature>().CloseNotifyReceived);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_warned_of()
    {
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["localhost"], notAfter: DateTimeOffset.UtcNow.AddHours(-1)));
        await using var server = new ConnectionServer(NewContext());
        await server.ListenAsync($"tls:127.0.0.1:0:cert={_folder["c.pem"]}", EchoAsync);
        Assert.Contains($"Warning 1602 The certificate in {_folder["c.pem"]} ended on ", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_a_files_place_is_told_as_one()
    {
        await using var server = new ConnectionServer(NewContext());
        EndpointException failure = await Assert.ThrowsAsync<EndpointException>(
            async () => await server.ListenAsync($"tls:127.0.0.1:0:cert={Path.GetDirectoryName(_folder["c.pem"])}", EchoAsync));
        Assert.Contains("a folder; a file is needed here", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_can_be_asked_for_and_shown()
    {
        WriteAll();
        TestCertificates.WritePem(_folder["alice.pem"], TestCertificates.Make(["alice"], isClient: true));
        EndpointContext context = NewContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(
            $"tls:127.0.0.1:0:cert={_folder["c.pem"]}:client=require:ca={_folder["ca.pem"]}",
            async connection =>
            {
                X509Certificate2? shown = connection.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate;
                await connection.WriteTextAsync(shown?.Subject ?? "nobody");
            });
        await using ConnectionContext client = await context.ConnectAsync(
            EndpointSpec.Parse($"tls:127.0.0.1:{PortOf(listening)}:name=localhost:trust={_folder["ca.pem"]}:cert={_folder["alice.pem"]}"));
        Assert.Equal("CN=alice", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task One_slow_handshake_holds_nobody_up()
    {
        WriteAll();
        EndpointContext context = NewContext();
        await using var server = new ConnectionServer(context, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={_folder["c.pem"]}", EchoAsync);
        for (int i = 0; i < 50; i++)
        {
            ConnectionContext slow = await _sockets.ConnectAsync(listening.EndPoint);
            await slow.WriteTextAsync("\u0016");
        }

        await using ConnectionContext client = await context.ConnectAsync(EndpointSpec.Parse($"tls:127.0.0.1:{PortOf(listening)}:name=localhost:trust={_folder["ca.pem"]}"));
        await client.WriteTextAsync("hello");
        Assert.Equal("hello", await client.ReadTextAsync(5));
    }

    [Fact]
    public async Task Stores_of_endpoints_are_found_for_a_reload()
    {
        WriteAll();
        EndpointContext context = NewContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={_folder["c.pem"]}", EchoAsync);
        Assert.True(context.Schemes.TryGet("tls", out IEndpointScheme? scheme));
        CertificateStore store = Assert.Single(((TlsEndpointScheme)scheme).CertificateStores);
        Assert.Equal([_folder["c.pem"]], store.Paths);
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Make(["renewed.test"]));
        Assert.True((await store.ReloadAsync()).Replaced);
        await using ConnectionContext client = await context.ConnectAsync(EndpointSpec.Parse($"tls:127.0.0.1:{PortOf(listening)}:name=renewed.test:trust={_folder["ca.pem"]}"));
        Assert.Equal("CN=renewed.test", client.Features.GetRequiredFeature<ISslStreamFeature>().SslStream.RemoteCertificate!.Subject);
    }

    [Theory]
    [InlineData("tls:0", "a certificate is needed")]
    [InlineData("tls:0:cert=/nowhere.pem", "/nowhere.pem: no such file.")]
    [InlineData("tls:0:dev:cert=/nowhere.pem", "only one of cert, pfx, certs and dev")]
    [InlineData("tls:0:dev:name=a:ca=/x:password=hunter2", "name: has no meaning where one listens. password: needs cert, pfx or certs. ca: needs client=request or client=require. /x: no such file.")]
    [InlineData("tls:0:cert=/nowhere.pem:password=hunter2", "/nowhere.pem")]
    public async Task What_is_wrong_is_told_at_once_without_secrets(string endpoint, string expected)
    {
        EndpointException failure = await Assert.ThrowsAsync<EndpointException>(async () => await NewContext().ListenAsync(EndpointSpec.Parse(endpoint)));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_server_is_told_to_who_connects_and_logs_hold_no_secrets()
    {
        WriteAll();
        File.WriteAllBytes(_folder["c.pfx"], TestCertificates.Make(["localhost"]).Export(X509ContentType.Pkcs12, "hunter2"));
        EndpointContext context = NewContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:pfx={_folder["c.pfx"]}:password=hunter2", EchoAsync);
        EndpointException failure = await Assert.ThrowsAsync<EndpointException>(
            async () => await context.ConnectAsync(EndpointSpec.Parse($"tls:127.0.0.1:{PortOf(listening)}:name=wrong.test:trust={_folder["ca.pem"]}")));
        Assert.Contains("it is for another name", failure.Message, StringComparison.Ordinal);
        await server.StopAsync();
        Assert.DoesNotContain("hunter2", _log.Text, StringComparison.Ordinal);
        Assert.Contains("password=***", listening.Spec.ToString(), StringComparison.Ordinal);
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                await connection.Transport.Output.WriteAsync(piece);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static int PortOf(Listening listening) => ((IPEndPoint)listening.EndPoint).Port;

    private void WriteAll()
    {
        TestCertificates.WritePem(_folder["c.pem"], TestCertificates.Localhost);
        File.WriteAllText(_folder["ca.pem"], TestCertificates.Authority.ExportCertificatePem());
    }

    private EndpointContext NewContext() => new() { StreamListeners = _sockets, StreamConnections = _sockets, LoggerFactory = _log };
}
