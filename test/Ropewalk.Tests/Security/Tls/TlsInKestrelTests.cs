using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ropewalk.Policies;
using Ropewalk.Security.Tls;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>What runs in a real Kestrel: TLS under its HTTP/1.1 and HTTP/2, and the policies before a ConnectionHandler.</summary>
public sealed class TlsInKestrelTests
{
    [Theory]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", true)]
    public async Task Http_runs_over_it(string version, bool onRopewalksTransport)
    {
        await using WebApplication app = await StartAsync(onRopewalksTransport, listen => listen.UseTls(TestCertificates.Server("h2", "http/1.1")));
        using HttpClient client = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{PortOf(app)}/")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[300_000]),
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal($"HTTP/{(version == "2.0" ? "2" : "1.1")} https 300000", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_connection_handler_runs_behind_policies_and_tls()
    {
        var limits = new LimitsPolicy(new ConnectionLimits { PerAddress = 1 });
        await using WebApplication app = await StartAsync(false, listen =>
        {
            var filter = new AddressFilterOptions();
            filter.Allow.Add("127.0.0.0/8");
            listen.UseAddressFilter(filter).UseRateLimit().UsePolicy(limits).UseIdleTimeout().UseHandshakeTimeout(TimeSpan.FromSeconds(30))
                .UseThrottle(new ThrottleOptions { ReceiveBytesPerSecond = 10_000_000 }).UseTls(TestCertificates.Server()).UseTrafficLog().UseMemoryBudget();
            listen.Use(_ => EchoAsync);
        });
        var sockets = new SocketTransport();
        await using ConnectionContext first = await sockets.ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(app)));
        await first.UpgradeToTlsAsync(TestCertificates.Client()).AsTask().WaitAsync(TlsPair.Patience);
        await first.WriteTextAsync("hello");
        Assert.Equal("hello", await first.ReadTextAsync(5));

        // the reset may come as early as the connect
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using ConnectionContext second = await sockets.ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(app)));
            await second.UpgradeToTlsAsync(TestCertificates.Client()).AsTask().WaitAsync(TlsPair.Patience);
        });
        Assert.Equal(1, limits.Refused);

        first.Transport.Output.Complete();
        Assert.Equal("", await first.ReadToEndAsync());
        Assert.True(first.Features.Get<ITlsCloseFeature>()!.CloseNotifyReceived);
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

    private static async Task<WebApplication> StartAsync(bool onRopewalksTransport, Action<ListenOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (onRopewalksTransport)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketTransport());
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, configure));
        WebApplication app = builder.Build();
        app.MapPost("/", static async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Scheme} {(await reader.ReadToEndAsync()).Length}");
        });
        await app.StartAsync();
        return app;
    }

    private static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    });
}
