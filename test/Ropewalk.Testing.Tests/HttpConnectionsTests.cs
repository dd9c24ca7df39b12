using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Security.Tls;
using Ropewalk.Server;

namespace Ropewalk.Testing.Tests;

/// <summary>Kestrel and <c>HttpClient</c> without a socket: in memory, as in any test, and between simulated hosts.</summary>
public sealed class HttpConnectionsTests : IDisposable
{
    private const int ManyBytes = 5_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-http-").FullName;

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(false, "2.0")]
    [InlineData(true, "1.1")]
    [InlineData(true, "2.0")]
    public Task Requests_are_answered_and_connections_reused(bool simulated, string version) => WithSiteAsync(simulated, version, async (http, site) =>
    {
        for (int i = 0; i < 3; i++)
        {
            HttpResponseMessage response = await http.GetAsync("/hello");
            Assert.Equal((Version.Parse(version), "hello"), (response.Version, await response.Content.ReadAsStringAsync()));
        }

        Assert.Equal(1, site.Connections);
        Assert.Equal(20, (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => http.GetStringAsync("/hello")))).Length);
        Assert.True(version == "1.1" ? site.Connections > 1 : site.Connections == 1, $"{site.Connections} connections");
    });

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(false, "2.0")]
    [InlineData(true, "1.1")]
    [InlineData(true, "2.0")]
    public Task Large_bodies_go_up_and_come_down(bool simulated, string version) => WithSiteAsync(simulated, version, async (http, _) =>
    {
        byte[] body = new byte[ManyBytes];
        new Random(1).NextBytes(body);
        HttpResponseMessage counted = await http.PostAsync("/hash", new ByteArrayContent(body));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await counted.Content.ReadAsStringAsync());
        Assert.Equal(body, await http.GetByteArrayAsync("/many"));
    });

    [Fact]
    public async Task A_web_application_in_memory_needs_no_port()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseRopewalkEndpoint("mem:site");
        await using WebApplication app = builder.Build();
        app.MapPost("/upper", async (HttpRequest request) => (await new StreamReader(request.Body).ReadToEndAsync()).ToUpperInvariant());
        await app.StartAsync();
        using HttpClient http = app.Services.GetRequiredService<EndpointContext>().CreateHttpClient("mem:site");
        HttpResponseMessage response = await http.PostAsync("http://any.name/upper", new StringContent("text"));
        Assert.Equal("TEXT", await response.Content.ReadAsStringAsync());
        await app.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("http://any.name/upper"));
    }

    [Fact]
    public async Task TLS_is_spoken_in_memory_too()
    {
        using X509Certificate2 certificate = WriteCertificate();
        var context = new EndpointContext();
        await using var server = new ConnectionServer(context);
        await using KestrelApplication kestrel = await new Site().StartAsync("1.1", TimeProvider.System);
        await server.ListenAsync("mem:web", (IConnectionBuilder pipeline) => pipeline
            .UseTls(new TlsServerOptions { Certificates = CertificateStore.FromCertificate(certificate), ApplicationProtocols = { "h2", "http/1.1" } })
            .Use(_ => kestrel.Connections));
        using HttpClient http = Trusting(context.CreateHttpHandler("mem:web"), certificate, "2.0");
        HttpResponseMessage response = await http.GetAsync("https://server/hello");
        Assert.Equal((HttpVersion.Version20, "hello"), (response.Version, await response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task TLS_of_a_simulated_hosts_endpoint_is_the_engines(string version)
    {
        using X509Certificate2 certificate = WriteCertificate();
        await Simulation.RunAsync(async sim =>
        {
            (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
            var site = new Site();
            await using KestrelApplication kestrel = await site.StartAsync("1.1", server.Time);
            await server.ListenAsync($"tls:443:cert={_folder}/site.pem:alpn=h2,http/1.1", kestrel.Connections);
            using HttpClient http = Trusting(client.Context.CreateHttpHandler(), certificate, version);
            HttpResponseMessage response = await http.GetAsync("https://server/hello");
            Assert.Equal((Version.Parse(version), "hello"), (response.Version, await response.Content.ReadAsStringAsync()));
        });
    }

    [Fact]
    public Task A_request_is_given_up_in_virtual_time_and_its_server_learns_of_it() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        var aborted = new TaskCompletionSource<TimeSpan>();
        await using KestrelApplication kestrel = await KestrelApplication.StartAsync(
            async context =>
            {
                using CancellationTokenRegistration registration = context.RequestAborted.Register(() => aborted.TrySetResult(sim.Time.Elapsed));
                await Task.Delay(TimeSpan.FromHours(1), server.Time);
            },
            options: new KestrelApplicationOptions { TimeProvider = server.Time });
        await server.ListenAsync("tcp:80", kestrel.Connections);
        using HttpClient http = client.Context.CreateHttpClient();
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30), client.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.GetStringAsync("http://server/", enough.Token));
        Assert.Equal(TimeSpan.FromSeconds(30), sim.Time.Elapsed);
        // a client that has closed looks as one that has ended its output: it counts as gone after a grace (KestrelApplicationOptions.InputEndGrace)
        Assert.InRange(await aborted.Task, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(36));
    });

    [Fact]
    public Task A_partition_delays_a_request_and_keeps_a_new_connection_from_being_made() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await using KestrelApplication kestrel = await new Site().StartAsync("1.1", server.Time);
        await server.ListenAsync("tcp:80", kestrel.Connections);
        using HttpClient http = client.Context.CreateHttpClient();
        Assert.Equal("hello", await http.GetStringAsync("http://server/hello"));
        Task<string> delayed;
        using (sim.Partition(server))
        {
            delayed = http.GetStringAsync("http://server/hello"); // on the connection that is there
            using HttpClient other = client.Context.CreateHttpClient();
            HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => other.GetStringAsync("http://server/hello"));
            Assert.IsType<EndpointException>(refused.InnerException);
            Assert.False(delayed.IsCompleted);
        }

        Assert.Equal("hello", await delayed);
    });

    [Fact]
    public Task A_crash_ends_a_download_and_the_next_request_finds_the_restarted_server() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        sim.Links = new LinkSettings { BytesPerSecond = 1_000_000 };
        await using KestrelApplication kestrel = await new Site().StartAsync("1.1", server.Time);
        await server.ListenAsync("tcp:80", kestrel.Connections);
        using HttpClient http = client.Context.CreateHttpClient();
        Task<byte[]> download = http.GetByteArrayAsync("http://server/many");
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        server.Crash();
        await Assert.ThrowsAnyAsync<Exception>(() => download);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("http://server/hello"));
        server.Restart();
        await server.ListenAsync("tcp:80", kestrel.Connections);
        Assert.Equal("hello", await http.GetStringAsync("http://server/hello"));
    });

    [Fact]
    public Task Addresses_may_be_literal() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await using KestrelApplication kestrel = await new Site().StartAsync("1.1", server.Time);
        await server.ListenAsync("tcp:8080", kestrel.Connections);
        using HttpClient http = client.Context.CreateHttpClient();
        Assert.Equal("hello", await http.GetStringAsync($"http://{server.Addresses[0]}:8080/hello"));
        Assert.Equal("hello", await http.GetStringAsync($"http://[{server.Addresses[1]}]:8080/hello"));
    });

    [Fact]
    public Task An_application_on_a_simulated_host_keeps_its_own_services() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton("a service").AddSimHost(server);
        services.AddRopewalk().Listen("tcp:7", pipeline =>
        {
            string own = pipeline.ApplicationServices.GetRequiredService<string>();
            pipeline.Run(async connection => await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(own)));
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService[] hosted = [.. provider.GetServices<IHostedService>()];
        foreach (IHostedService one in hosted)
        {
            await one.StartAsync(CancellationToken.None);
        }

        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(9);
        Assert.Equal("a service", Encoding.ASCII.GetString(read.Buffer.ToArray()));
        foreach (IHostedService one in hosted)
        {
            await one.StopAsync(CancellationToken.None);
        }
    });

    [Fact]
    public Task What_runs_on_the_systems_clock_takes_no_part_in_virtual_time() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        var site = new Site();
        await using KestrelApplication kestrel = await site.StartAsync("1.1", server.Time, options => options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(1));
        await server.ListenAsync("tcp:80", site.Counting(kestrel.Connections));
        using HttpClient http = client.Context.CreateHttpClient();
        http.Timeout = TimeSpan.FromMinutes(1); // the client's
        await http.GetStringAsync("http://server/hello");
        await sim.DelayAsync(TimeSpan.FromMinutes(10));
        await http.GetStringAsync("http://server/hello");
        Assert.Equal(1, site.Connections); // neither Kestrel's keep-alive timeout nor the pool's for idle connections has come
        await http.GetStringAsync("http://server/slow");
        Assert.True(sim.Time.Elapsed > TimeSpan.FromMinutes(70), "a request of an hour has not timed out");
    });

    [Fact]
    public async Task Echoing_a_large_body_while_it_is_read_stalls_and_is_told()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            async sim =>
            {
                (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
                await using KestrelApplication kestrel = await KestrelApplication.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
                await server.ListenAsync("tcp:80", kestrel.Connections);
                using HttpClient http = client.Context.CreateHttpClient();
                await http.PostAsync("http://server/", new ByteArrayContent(new byte[ManyBytes]));
            },
            new SimulationOptions { Seed = 1, Patience = TimeSpan.FromMilliseconds(50) }));
        Assert.Contains("waits for what never comes", failed.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task WithSiteAsync(bool simulated, string version, Func<HttpClient, Site, Task> use)
    {
        if (simulated)
        {
            await Simulation.RunAsync(async sim =>
            {
                (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
                sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(5), Loss = 0.001 };
                await ServeAsync(server.Context, "tcp:80", client.Context, null);
            });
        }
        else
        {
            var context = new EndpointContext();
            await ServeAsync(context, "mem:web", context, "mem:web");
        }

        async Task ServeAsync(EndpointContext server, string listen, EndpointContext client, string? to)
        {
            var site = new Site();
            await using KestrelApplication kestrel = await site.StartAsync(version, server.TimeProvider);
            await using var connections = new ConnectionServer(server);
            await connections.ListenAsync(listen, site.Counting(kestrel.Connections));
            using HttpClient http = client.CreateHttpClient(to);
            http.BaseAddress = new Uri("http://server/");
            http.DefaultRequestVersion = Version.Parse(version);
            http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            await use(http, site);
        }
    }

    private static HttpClient Trusting(SocketsHttpHandler handler, X509Certificate2 certificate, string version)
    {
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString(),
        };
        return new HttpClient(handler) { DefaultRequestVersion = Version.Parse(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = Timeout.InfiniteTimeSpan };
    }

    private X509Certificate2 WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("server");
        request.CertificateExtensions.Add(names.Build());
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        File.WriteAllText(Path.Combine(_folder, "site.pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return certificate;
    }

    private sealed class Site
    {
        private int _connections;

        public int Connections => _connections;

        public Task<KestrelApplication> StartAsync(string version, TimeProvider time, Action<KestrelServerOptions>? configure = null) => KestrelApplication.StartAsync(
            context => AnswerAsync(context, time),
            configure: options =>
            {
                options.Limits.MaxRequestBodySize = null;
                options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2);
                configure?.Invoke(options);
            },
            options: new KestrelApplicationOptions { TimeProvider = time });

        public ConnectionDelegate Counting(ConnectionDelegate next) => connection =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        };

        private static async Task AnswerAsync(HttpContext context, TimeProvider time)
        {
            switch (context.Request.Path)
            {
                case "/hash":
                    await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body)));
                    break;
                case "/many":
                    byte[] many = new byte[ManyBytes];
                    new Random(1).NextBytes(many);
                    await context.Response.Body.WriteAsync(many);
                    break;
                case "/slow":
                    await Task.Delay(TimeSpan.FromHours(1), time);
                    break;
                default:
                    await context.Response.WriteAsync("hello");
                    break;
            }
        }
    }
}
