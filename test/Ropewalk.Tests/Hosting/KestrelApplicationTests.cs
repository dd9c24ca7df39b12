using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Tests.Security.Tls;

namespace Ropewalk.Tests.Hosting;

public sealed class KestrelApplicationTests : IAsyncDisposable
{
    private readonly EndpointContext _context = new();
    private readonly ServiceRunner _runner;
    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-kestrel-").FullName;

    public KestrelApplicationTests() => _runner = new ServiceRunner(_context, new ServiceRunnerOptions { DrainTimeout = TimeSpan.FromSeconds(20) });

    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task ServesInMemory()
    {
        await using KestrelApplication kestrel = await KestrelApplication.StartAsync(async http =>
            await http.Response.WriteAsync($"{http.Request.Method} {http.Request.Path} {http.Request.Protocol}"));
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync("mem:site", kestrel.Connections);
        using HttpClient client = HttpOverEndpoints.Create(_context, "mem:site");
        Assert.Equal("GET /one HTTP/1.1", await client.GetStringAsync("one"));
        Assert.Equal("GET /two HTTP/1.1", await client.GetStringAsync("two"));
    }

    [Fact]
    public async Task ABigBodyGoesBothWays()
    {
        await using KestrelApplication kestrel = await KestrelApplication.StartAsync(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            await http.Response.Body.WriteAsync(body.ToArray());
        });
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync("mem:site", kestrel.Connections);
        using HttpClient client = HttpOverEndpoints.Create(_context, "mem:site");
        byte[] sent = new byte[5_000_000];
        new Random(5).NextBytes(sent);
        HttpResponseMessage response = await client.PostAsync("", new ByteArrayContent(sent));
        Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SpeaksTheProtocolThatTheEndpointHasAgreedOn(int version)
    {
        var kind = new PageKind();
        TestCertificates.WritePem(Path.Combine(_folder, "site.pem"), TestCertificates.Localhost);
        await Apply(kind.Define("page", new PageOptions("hello"), $"tls:127.0.0.1:0:cert={_folder}/site.pem:alpn=h2,http/1.1"));
        using HttpClient client = HttpOverEndpoints.CreateTls(LineClient.PortOf(_runner, "page"), version == 2 ? HttpVersion.Version20 : HttpVersion.Version11);
        HttpResponseMessage response = await client.GetAsync("");
        Assert.Equal(version, response.Version.Major);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => Assert.Equal("hello", await client.GetStringAsync(""))));
    }

    [Fact]
    public async Task TheSchemeIsHttpsBehindTls()
    {
        TestCertificates.WritePem(Path.Combine(_folder, "site.pem"), TestCertificates.Localhost);
        await using KestrelApplication kestrel = await KestrelApplication.StartAsync(http => http.Response.WriteAsync($"{http.Request.Scheme} {http.Request.IsHttps}"));
        await using var server = new ConnectionServer(_context);
        Listening tls = await server.ListenAsync($"tls:127.0.0.1:0:cert={_folder}/site.pem", kestrel.Connections);
        Listening plain = await server.ListenAsync("tcp:127.0.0.1:0", kestrel.Connections);
        using HttpClient secure = HttpOverEndpoints.CreateTls((IPEndPoint)tls.EndPoint, HttpVersion.Version11);
        using var client = new HttpClient();
        Assert.Equal("https True", await secure.GetStringAsync(""));
        Assert.Equal("http False", await client.GetStringAsync($"http://{plain.EndPoint}/"));
    }

    [Fact]
    public async Task AReloadSwitchesNewConnectionsAndLeavesOpenOnesAlone()
    {
        var kind = new PageKind();
        await Apply(kind.Define("page", new PageOptions("old"), "tcp:127.0.0.1:0"));
        IPEndPoint port = LineClient.PortOf(_runner, "page");
        using RawHttp open = await RawHttp.ConnectAsync(port);
        Assert.EndsWith("old", await open.GetAsync());
        await Apply(kind.Define("page", new PageOptions("new"), "tcp:127.0.0.1:0"));
        using RawHttp young = await RawHttp.ConnectAsync(port);
        Assert.EndsWith("new", await young.GetAsync());
        Assert.EndsWith("old", await open.GetAsync());
        Assert.Equal(0, kind.Disposed);
        open.Dispose();
        await Eventually.HoldsAsync(() => kind.Disposed == 1, "the old Kestrel goes with its last connection");
        Assert.EndsWith("new", await young.GetAsync());
    }

    [Fact]
    public async Task ARestartEndsIdleConnectionsAtOnceAndBusyOnesBehindTheirAnswer()
    {
        var begun = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var kind = new GatedKind(begun, answer);
        await Apply(kind.Define("one"));
        IPEndPoint port = LineClient.PortOf(_runner, "gated");
        using RawHttp idle = await RawHttp.ConnectAsync(port);
        Assert.EndsWith("quick", await idle.GetAsync("/quick"));
        using RawHttp busy = await RawHttp.ConnectAsync(port);
        Task<string> waiting = busy.GetAsync("/slow");
        await begun.Task;
        await Apply(kind.Define("two"));
        Assert.True(await idle.IsEndedAsync());
        answer.SetResult();
        string response = await waiting;
        Assert.EndsWith("slow", response);
        Assert.Contains("Connection: close", response);
        Assert.True(await busy.IsEndedAsync());
    }

    [Fact]
    public async Task StoppingDrainsRequests()
    {
        var begun = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await Apply(new GatedKind(begun, answer).Define("one"));
        using RawHttp busy = await RawHttp.ConnectAsync(LineClient.PortOf(_runner, "gated"));
        Task<string> waiting = busy.GetAsync("/slow");
        await begun.Task;
        Task stopping = _runner.StopAsync();
        await Eventually.HoldsAsync(() => _runner.Capture().State == Ropewalk.Diagnostics.ServiceState.Draining, "it drains");
        Assert.False(stopping.IsCompleted);
        answer.SetResult();
        Assert.EndsWith("slow", await waiting);
        await stopping;
    }

    [Fact]
    public async Task AClientThatHalfClosesGetsItsAnswer()
    {
        var answer = new TaskCompletionSource();
        await using KestrelApplication kestrel = await KestrelApplication.StartAsync(async http =>
        {
            await answer.Task;
            await http.Response.WriteAsync("late");
        });
        await using var server = new ConnectionServer(_context);
        Listening at = await server.ListenAsync("tcp:127.0.0.1:0", kestrel.Connections);
        using RawHttp client = await RawHttp.ConnectAsync((IPEndPoint)at.EndPoint);
        Task<string> waiting = client.GetAsync("/", halfClose: true);
        await Eventually.HoldsAsync(() => at.ListConnections() is [{ ReceivedBytes: > 0 }], "the request has come");
        answer.SetResult();
        Assert.EndsWith("late", await waiting);
    }

    [Fact]
    public async Task AClientThatHasGoneAbortsItsRequestAfterTheGrace()
    {
        var time = new VirtualTime();
        var aborted = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using KestrelApplication kestrel = await KestrelApplication.StartAsync(
            async http =>
            {
                using CancellationTokenRegistration registration = http.RequestAborted.Register(aborted.SetResult);
                begun.SetResult();
                await aborted.Task;
            },
            options: new KestrelApplicationOptions { InputEndGrace = TimeSpan.FromSeconds(5), TimeProvider = time });
        await using var server = new ConnectionServer(_context);
        Listening at = await server.ListenAsync("tcp:127.0.0.1:0", kestrel.Connections);
        using RawHttp client = await RawHttp.ConnectAsync((IPEndPoint)at.EndPoint);
        Task<string> waiting = client.GetAsync("/", halfClose: true);
        await begun.Task;
        await Eventually.HoldsAsync(() => time.ArmedTimers > 0, "the end of its output is noticed");
        Assert.False(aborted.Task.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Record.ExceptionAsync(() => waiting);
    }

    private async Task Apply(params ServiceDefinition[] services) => Assert.Empty((await _runner.ApplyAsync(services)).Errors);

    /// <summary>Answers /slow behind a gate; its one setting needs a restart.</summary>
    private sealed class GatedKind(TaskCompletionSource begun, TaskCompletionSource answer)
        : ServiceKind<string>("gated", new SettingTable<string>().Restart("text", text => text))
    {
        public ServiceDefinition Define(string options) => new("gated", this, options, [EndpointSpec.Parse("tcp:127.0.0.1:0")]);

        protected override async ValueTask<ServiceInstance> StartAsync(string options, ServiceContext context, CancellationToken cancellationToken)
        {
            KestrelApplication kestrel = await KestrelApplication.StartAsync(
                async http =>
                {
                    if (http.Request.Path == "/slow")
                    {
                        begun.SetResult();
                        await answer.Task;
                    }

                    await http.Response.WriteAsync(http.Request.Path.Value![1..]);
                },
                cancellationToken: cancellationToken);
            return ServiceInstance.Of(kestrel.Connections);
        }
    }
}
