using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Testing.Tests.Simulated;

/// <summary>Code that never heard of a simulation: it leaves its context, uses the thread pool and the system's HTTP and TLS.</summary>
public sealed partial class WholeModeTests
{
    [Fact]
    public async Task A_handler_that_leaves_its_context_repeats_exactly()
    {
        var traces = new HashSet<ulong>();
        for (int run = 0; run < 100; run++)
        {
            traces.Add((await RunAsync(seed: 5)).Trace);
        }

        Assert.Single(traces);
        Assert.DoesNotContain((await RunAsync(seed: 6)).Trace, traces);

        static Task<SimulationLog> RunAsync(int seed) => Simulation.RunAsync(
            async sim =>
            {
                sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(20), Loss = 0.05 };
                SimHost server = sim.AddHost("server");
                await server.ListenAsync("tcp:7", CopyAsync).ConfigureAwait(false);
                await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(async () =>
                {
                    await using ConnectionContext connection = await sim.Hosts[0].ConnectAsync("tcp:server:7").ConfigureAwait(false);
                    for (int n = 0; n < 3; n++)
                    {
                        Assert.Equal($"{i}.{n}", await Echo.AskAsync(connection, $"{i}.{n}").ConfigureAwait(false));
                        await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(1000))).ConfigureAwait(false);
                    }
                }))).ConfigureAwait(false);
            },
            new SimulationOptions { Seed = seed });
    }

    [Fact]
    public async Task Kestrel_and_HttpClient_repeat_exactly()
    {
        var traces = new HashSet<ulong>();
        for (int run = 0; run < 30; run++)
        {
            traces.Add((await RunAsync(seed: 5)).Trace);
        }

        Assert.Single(traces);

        static Task<SimulationLog> RunAsync(int seed) => Simulation.RunAsync(
            async sim =>
            {
                sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(20), Loss = 0.02 };
                (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
                await using KestrelApplication kestrel = await KestrelApplication.StartAsync(async context =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(3), server.Time).ConfigureAwait(false);
                    await context.Response.WriteAsync($"hello {context.Request.Query["n"]}").ConfigureAwait(false);
                });
                await server.ListenAsync("tcp:80", kestrel.Connections);
                using HttpClient http = client.Context.CreateHttpClient();
                string[] answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => http.GetStringAsync(new Uri($"http://server/?n={n}"))));
                Assert.Equal(["hello 0", "hello 1", "hello 2", "hello 3", "hello 4"], answers);
                Assert.InRange(sim.Time.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6));
            },
            new SimulationOptions { Seed = seed });
    }

    [Fact]
    public async Task A_whole_web_application_runs_on_a_simulated_host() => await Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSimHost(server);
        builder.WebHost.UseRopewalkEndpoint("tcp:80");
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "from a simulated host");
        await app.StartAsync();
        using HttpClient http = client.Context.CreateHttpClient();
        Assert.Equal("from a simulated host", await http.GetStringAsync(new Uri("http://server/")));
        using (sim.Partition(server))
        {
            using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30), client.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.GetStringAsync(new Uri("http://server/"), enough.Token));
        }

        Assert.Equal("from a simulated host", await http.GetStringAsync(new Uri("http://server/")));
        await app.StopAsync();
    });

    /// <summary>Signatures are the system's own chance: with ECDSA they are now a byte or two longer, and with RSA never.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_systems_TLS_repeats_but_for_its_bytes_and_the_lengths_of_ECDSA_signatures(bool isRsa)
    {
        using X509Certificate2 certificate = isRsa ? RsaCertificate() : EcdsaCertificate();
        var runs = new HashSet<string>();
        for (int run = 0; run < 20; run++)
        {
            SimulationLog log = await Simulation.RunAsync(
                sim =>
                {
                    sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(20), Loss = 0.05 };
                    return AskOverTlsAsync(sim, certificate);
                },
                new SimulationOptions { Seed = 5 });
            string events = string.Join('\n', log.Events);
            runs.Add(isRsa ? events : Lengths().Replace(events, "bytes"));
        }

        Assert.Matches("client: Stream .*bytes", Assert.Single(runs));
    }

    [Fact]
    public async Task Waiting_for_what_never_comes_fails_in_whole_mode_too()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            _ => new TaskCompletionSource().Task,
            new SimulationOptions { Seed = 1, Patience = TimeSpan.FromMilliseconds(1) }));
        Assert.Contains("waits for what never comes", failed.Message, StringComparison.Ordinal);
    }

    private static async Task CopyAsync(ConnectionContext connection)
        => await connection.Transport.Input.CopyToAsync(connection.Transport.Output).ConfigureAwait(false);

    private static async Task AskOverTlsAsync(Simulation sim, X509Certificate2 certificate)
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:443", async connection =>
        {
            await using var tls = new SslStream(new ConnectionStream(connection));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }).ConfigureAwait(false);
            byte[] buffer = new byte[100];
            int count = await tls.ReadAsync(buffer).ConfigureAwait(false);
            await tls.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
        });
        await using var tls = new SslStream(new ConnectionStream(await client.ConnectAsync("tcp:server:443")));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "server",
            AllowTlsResume = false, // a later run would take up the session of an earlier one
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString(),
        });
        await tls.WriteAsync("over TLS"u8.ToArray());
        byte[] answer = new byte[8];
        await tls.ReadExactlyAsync(answer);
        Assert.Equal("over TLS", Encoding.ASCII.GetString(answer));
    }

    private static X509Certificate2 EcdsaCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SelfSigned(new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256));
    }

    private static X509Certificate2 RsaCertificate()
    {
        using var key = RSA.Create(2048);
        return SelfSigned(new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static X509Certificate2 SelfSigned(CertificateRequest request) => request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));

    [GeneratedRegex("[0-9]+ bytes")]
    private static partial Regex Lengths();
}
