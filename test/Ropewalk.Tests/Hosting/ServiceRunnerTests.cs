using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

public sealed class ServiceRunnerTests : IAsyncDisposable
{
    private const string AnyPort = "tcp:127.0.0.1:0";

    private readonly EchoKind _kind = new();
    private readonly RecordingLog _log = new();
    private readonly ServiceRunner _runner;

    public ServiceRunnerTests() => _runner = new ServiceRunner(
        new EndpointContext { LoggerFactory = _log }, new ServiceRunnerOptions { DrainTimeout = TimeSpan.FromSeconds(10) });

    public ValueTask DisposeAsync() => _runner.DisposeAsync();

    [Fact]
    public async Task StartsServicesAndTellsHowTheyAre()
    {
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort), _kind.Define("b", new EchoOptions(), AnyPort, AnyPort));
        using LineClient client = await LineClient.ConnectAsync(_runner, "b", 1);
        Assert.Equal("hello", await client.ReadAsync());
        Assert.Equal("x", await client.AskAsync("x"));
        // what has been sent is counted after it has been sent: the client may have read it by then
        await Eventually.HoldsAsync(() => _runner.Capture().Services[1].Totals.SentBytes == 8, "the echo is counted");

        StatusSnapshot status = _runner.Capture();
        Assert.Equal(ServiceState.Running, status.State);
        Assert.Equal(["a", "b"], status.Services.Select(service => service.Name));
        ServiceStatus b = status.Services[1];
        Assert.Equal("echo", b.Kind);
        Assert.Equal([0, 1], b.Endpoints.Select(endpoint => (int)endpoint.Totals.Live));
        Assert.Equal(AnyPort, b.Endpoints[0].Endpoint);
        Assert.Equal((2, 8), (b.Totals.ReceivedBytes, b.Totals.SentBytes));
        Assert.Null(status.LastReload);
        ConnectionStatus connection = Assert.Single(_runner.ListConnections());
        Assert.Equal(("b", AnyPort, 2), (connection.Service, connection.Endpoint, connection.ReceivedBytes));
        Assert.Empty(_runner.ListConnections("a"));
    }

    [Fact]
    public async Task TellsAllErrorsOfAStartAtOnceAndLeavesNothingBehind()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int taken = ((IPEndPoint)other.LocalEndpoint).Port;
        ReloadResult result = await _runner.ApplyAsync(
        [
            _kind.Define("good", new EchoOptions(), AnyPort),
            _kind.Define("busy", new EchoOptions(), $"tcp:127.0.0.1:{taken}"),
            _kind.Define("broken", new EchoOptions { FailsWith = "the folder is not there" }, AnyPort),
        ]);
        Assert.Equal(
            [$"busy: Cannot listen on tcp:127.0.0.1:{taken}: the address is in use.", "broken: the folder is not there"],
            result.Errors);
        Assert.Empty(_runner.Definitions);
        Assert.All(_kind.Made, instance => Assert.True(instance.IsDisposed));
        Assert.Empty(_runner.Capture().Services);
    }

    [Fact]
    public async Task RefusesWhatIsWrongByItself()
    {
        ReloadResult result = await _runner.ApplyAsync(
        [
            _kind.Define("a", new EchoOptions { Wrong = ["one", "two"] }, "tcp:7"),
            _kind.Define("b", new EchoOptions(), "tls:7:dev", "tcp:*:7"),
            _kind.Define("b", new EchoOptions(), "8007"),
            _kind.Define("c", new EchoOptions()),
        ]);
        Assert.Equal(
            [
                "b: 2 services have this name",
                "a: one",
                "a: two",
                "b: tls:7:dev is the socket of tcp:7 of a",
                "b: tcp:7 is the socket of tcp:7 of a",
                "b: the endpoint 8007 has no scheme",
                "c: it has no endpoint",
            ],
            result.Errors);
        Assert.Null(result.Plan);
    }

    [Fact]
    public async Task AnotherServicesChangeIsNotFelt()
    {
        ServiceDefinition a = _kind.Define("a", new EchoOptions(), AnyPort);
        await Apply(a, _kind.Define("b", new EchoOptions(), AnyPort));
        using LineClient client = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await client.ReadAsync());
        ReloadResult result = await Apply(a, _kind.Define("b", new EchoOptions { Engine = "two" }, AnyPort), _kind.Define("c", new EchoOptions(), AnyPort));
        Assert.Equal(["b: restarted: engine (restart)", $"c: added; listen on {AnyPort}"], result.Plan!.ToLines());
        Assert.Equal("x", await client.AskAsync("x"));
        await Apply(a);
        Assert.Equal("y", await client.AskAsync("y"));
        Assert.Equal(["a"], _runner.Definitions.Select(service => service.Name));
    }

    [Fact]
    public async Task ALiveSettingIsFeltByOpenConnections()
    {
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort));
        using LineClient client = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await client.ReadAsync());
        ReloadResult result = await Apply(_kind.Define("a", new EchoOptions { Suffix = "!" }, AnyPort));
        Assert.Equal(["a: live settings changed: suffix (live)"], result.Plan!.ToLines());
        Assert.Equal("x!", await client.AskAsync("x"));
        Assert.Single(_kind.Made);
    }

    [Fact]
    public async Task ASettingForNewConnectionsLeavesTheOpenOnesAlone()
    {
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort));
        IPEndPoint port = LineClient.PortOf(_runner, "a");
        using LineClient old = await LineClient.ConnectAsync(port);
        Assert.Equal("hello", await old.ReadAsync());
        await Apply(_kind.Define("a", new EchoOptions { Greeting = "welcome" }, AnyPort));
        Assert.Equal(port, LineClient.PortOf(_runner, "a"));
        using LineClient young = await LineClient.ConnectAsync(port);
        Assert.Equal("welcome", await young.ReadAsync());
        Assert.Equal("x", await old.AskAsync("x"));

        // A later live setting is felt by both.
        await Apply(_kind.Define("a", new EchoOptions { Greeting = "welcome", Suffix = "!" }, AnyPort));
        Assert.Equal("x!", await old.AskAsync("x"));
        Assert.Equal("x!", await young.AskAsync("x"));

        Assert.Equal(2, _kind.Made.Count);
        Assert.False(_kind.Made[0].IsDisposed);
        old.Dispose();
        await Eventually.HoldsAsync(() => _kind.Made[0].IsDisposed, "the old instance goes with its last connection");
        Assert.False(_kind.Made[1].IsDisposed);
        Assert.Equal("y!", await young.AskAsync("y"));
    }

    [Fact]
    public async Task ARestartSaysGoodbyeAndKeepsTheSocket()
    {
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort));
        IPEndPoint port = LineClient.PortOf(_runner, "a");
        using LineClient old = await LineClient.ConnectAsync(port);
        Assert.Equal("hello", await old.ReadAsync());
        await Apply(_kind.Define("a", new EchoOptions { Engine = "two", Greeting = "again" }, AnyPort));
        using LineClient young = await LineClient.ConnectAsync(port);
        Assert.Equal("again", await young.ReadAsync());
        Assert.Equal("goodbye", await old.ReadAsync());
        Assert.Null(await old.ReadAsync());
        await Eventually.HoldsAsync(() => _kind.Made[0].IsDisposed, "the old instance is disposed");
        Assert.Equal("x", await young.AskAsync("x"));
    }

    [Fact]
    public async Task WhatIsWrongChangesNothing()
    {
        ServiceDefinition a = _kind.Define("a", new EchoOptions(), AnyPort);
        ServiceDefinition b = _kind.Define("b", new EchoOptions(), AnyPort);
        await Apply(a, b);
        IPEndPoint port = LineClient.PortOf(_runner, "a");
        using LineClient client = await LineClient.ConnectAsync(port);
        Assert.Equal("hello", await client.ReadAsync());
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        ReloadResult result = await _runner.ApplyAsync(
        [
            _kind.Define("a", new EchoOptions { Suffix = "!", Greeting = "new", Engine = "new" }, AnyPort),
            _kind.Define("c", new EchoOptions { FailsWith = "no certificate" }, AnyPort),
            _kind.Define("d", new EchoOptions(), $"tcp:127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}"),
        ]);
        Assert.False(result.Succeeded);
        Assert.Equal(2, result.Errors.Count);
        Assert.Equal([a, b], _runner.Definitions);
        Assert.Equal("x", await client.AskAsync("x"));
        using LineClient young = await LineClient.ConnectAsync(port);
        Assert.Equal("hello", await young.ReadAsync());
        Assert.All(_kind.Made.Skip(2), instance => Assert.True(instance.IsDisposed));
        Assert.All(_kind.Made.Take(2), instance => Assert.False(instance.IsDisposed));
        ReloadStatus last = _runner.Capture().LastReload!;
        Assert.False(last.Succeeded);
        Assert.Equal(result.Errors, last.Lines);
    }

    [Fact]
    public async Task ARemovedEndpointSaysGoodbyeAndTheOthersStay()
    {
        int gone = FreePort();
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort, $"tcp:127.0.0.1:{gone}"));
        using LineClient stays = await LineClient.ConnectAsync(_runner, "a");
        using LineClient leaves = await LineClient.ConnectAsync(_runner, "a", 1);
        Assert.Equal("hello", await stays.ReadAsync());
        Assert.Equal("hello", await leaves.ReadAsync());
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort));
        Assert.Equal("goodbye", await leaves.ReadAsync());
        Assert.Null(await leaves.ReadAsync());
        await Eventually.HoldsAsync(() => _runner.Capture().Services[0].Totals.Live == 1, "its connection is over");
        Assert.Equal("x", await stays.AskAsync("x"));
        Assert.Equal(2, _runner.Capture().Services[0].Totals.Accepted);
        await Assert.ThrowsAsync<SocketException>(() => LineClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gone)));
    }

    [Fact]
    public async Task ASocketGoesFromOneServiceToAnother()
    {
        int port = FreePort();
        await Apply(_kind.Define("old", new EchoOptions(), $"tcp:127.0.0.1:{port}", AnyPort));
        using LineClient client = await LineClient.ConnectAsync(_runner, "old");
        using LineClient stays = await LineClient.ConnectAsync(_runner, "old", 1);
        Assert.Equal("hello", await client.ReadAsync());
        Assert.Equal("hello", await stays.ReadAsync());
        ReloadResult result = await Apply(
            _kind.Define("old", new EchoOptions(), AnyPort), _kind.Define("new", new EchoOptions { Greeting = "new" }, $"tcp:127.0.0.1:{port}"));
        Assert.Equal([$"new: added; take over the socket of tcp:127.0.0.1:{port} from another service"], result.Plan!.ToLines());
        using LineClient young = await LineClient.ConnectAsync(_runner, "new");
        Assert.Equal("new", await young.ReadAsync());
        Assert.Equal("goodbye", await client.ReadAsync());
        Assert.Equal("x", await stays.AskAsync("x"));
        Assert.False(_kind.Made[0].IsDisposed);
    }

    [Fact]
    public async Task ARenamedServiceKeepsItsSocket()
    {
        int port = FreePort();
        await Apply(_kind.Define("old", new EchoOptions(), $"tcp:127.0.0.1:{port}"));
        await Apply(_kind.Define("new", new EchoOptions { Greeting = "new" }, $"tcp:127.0.0.1:{port}"));
        using LineClient young = await LineClient.ConnectAsync(_runner, "new");
        Assert.Equal("new", await young.ReadAsync());
        await Eventually.HoldsAsync(() => _kind.Made[0].IsDisposed, "the old one is over");
        Assert.Equal(["new"], _runner.Capture().Services.Select(service => service.Name));
    }

    [Fact]
    public async Task ASocketThatIsInTheWayIsLetGoFirst()
    {
        int port = FreePort();
        await Apply(_kind.Define("a", new EchoOptions(), $"tcp:127.0.0.1:{port}"));
        using LineClient client = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await client.ReadAsync());
        await Apply(_kind.Define("a", new EchoOptions(), $"tcp:0.0.0.0:{port}"));
        using LineClient young = await LineClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal("hello", await young.ReadAsync());
        Assert.Equal("goodbye", await client.ReadAsync());
    }

    [Fact]
    public async Task ASocketThatWasLetGoInVainIsTakenBack()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 && OperatingSystem.IsLinux(), "needs a second address of this machine");
        using var other = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        ServiceDefinition a = _kind.Define("a", new EchoOptions(), $"tcp:127.0.0.1:{port}");
        await Apply(a);
        using LineClient client = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await client.ReadAsync());
        ReloadResult result = await _runner.ApplyAsync([_kind.Define("a", new EchoOptions { Greeting = "never" }, $"tcp:0.0.0.0:{port}")]);
        Assert.Equal([$"a: Cannot listen on tcp:0.0.0.0:{port}: the address is in use."], result.Errors);
        using LineClient young = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await young.ReadAsync());
        Assert.Equal("x", await client.AskAsync("x"));
        Assert.Equal([a], _runner.Definitions);
        Assert.Equal(2, _runner.Capture().Services[0].Totals.Live);
    }

    [Fact]
    public async Task NoConnectIsRefusedWhileEverythingIsReloaded()
    {
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort));
        IPEndPoint port = LineClient.PortOf(_runner, "a");
        var stop = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => KeepConnecting(port, stop.Token))];
        for (int i = 0; i < 60; i++)
        {
            await Apply(_kind.Define("a", new EchoOptions { Engine = $"{i / 3}", Greeting = $"hello {i / 2}", Suffix = $"{i}" }, AnyPort));
        }

        await stop.CancelAsync();
        int[] connects = await Task.WhenAll(clients);
        Assert.All(connects, count => Assert.True(count > 0));
        await Eventually.HoldsAsync(() => _kind.Made.Count(instance => !instance.IsDisposed) == 1, "one instance is left");

        static async Task<int> KeepConnecting(IPEndPoint port, CancellationToken stop)
        {
            int count = 0;
            while (!stop.IsCancellationRequested || count == 0)
            {
                using LineClient client = await LineClient.ConnectAsync(port);
                Assert.StartsWith("hello", await client.ReadAsync());
                count++;
            }

            return count;
        }
    }

    [Fact]
    public async Task StoppingSaysGoodbyeToAll()
    {
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort), _kind.Define("b", new EchoOptions(), AnyPort));
        IPEndPoint port = LineClient.PortOf(_runner, "a");
        using LineClient a = await LineClient.ConnectAsync(_runner, "a");
        using LineClient b = await LineClient.ConnectAsync(_runner, "b");
        Assert.Equal("hello", await a.ReadAsync());
        Assert.Equal("hello", await b.ReadAsync());
        await _runner.StopAsync();
        Assert.Equal("goodbye", await a.ReadAsync());
        Assert.Equal("goodbye", await b.ReadAsync());
        Assert.Null(await a.ReadAsync());
        Assert.Equal(ServiceState.Stopped, _runner.Capture().State);
        Assert.All(_kind.Made, instance => Assert.True(instance.IsDisposed));
        await Assert.ThrowsAsync<SocketException>(() => LineClient.ConnectAsync(port));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _runner.ApplyAsync([]));
    }

    [Fact]
    public async Task ADeafConnectionIsAbortedWhenTheHostWantsTheEndNow()
    {
        await Apply(_kind.Define("a", new EchoOptions { Deaf = true }, AnyPort));
        using LineClient client = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await client.ReadAsync());
        using var now = new CancellationTokenSource();
        Task stopping = _runner.StopAsync(now.Token);
        await Eventually.HoldsAsync(() => _runner.Capture().State == ServiceState.Draining, "it drains");
        Assert.Equal("x", await client.AskAsync("x"));
        await now.CancelAsync();
        await stopping;
        await Assert.ThrowsAnyAsync<IOException>(client.ReadAsync);
        Assert.Equal(1, _runner.Capture().Services[0].Totals.EndedBy(Ropewalk.Transports.ConnectionEndReason.ServerStopped));
    }

    [Fact]
    public async Task TheEndDoesNotWaitForAReloadThatHangs()
    {
        var kind = new HangingKind();
        await Apply(_kind.Define("a", new EchoOptions(), AnyPort));
        Task<ReloadResult> reloading = _runner.ApplyAsync([new ServiceDefinition("b", kind, new EchoOptions(), [EndpointSpec.Parse(AnyPort)])]);
        try
        {
            await kind.Begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await _runner.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reloading);
            Assert.Equal(ServiceState.Stopped, _runner.Capture().State);
            Assert.True(Assert.Single(_kind.Made).IsDisposed);
        }
        finally
        {
            kind.Answer.TrySetCanceled();
        }
    }

    [Fact]
    public async Task DatagramsGoToTheNewInstanceOnTheOldPort()
    {
        await Apply(_kind.Define("a", new EchoOptions(), "udp:127.0.0.1:0"));
        IPEndPoint port = LineClient.PortOf(_runner, "a");
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(port);
        Assert.Equal("hello x", await Ask(client, "x"));
        await Apply(_kind.Define("a", new EchoOptions { Suffix = "!" }, "udp:127.0.0.1:0"));
        Assert.Equal("hello x!", await Ask(client, "x"));
        await Apply(_kind.Define("a", new EchoOptions { Suffix = "!", Greeting = "new" }, "udp:127.0.0.1:0"));
        Assert.Equal(port, LineClient.PortOf(_runner, "a"));
        Assert.Equal("new x!", await Ask(client, "x"));
        await Eventually.HoldsAsync(() => _kind.Made[0].IsDisposed, "the old instance is out of the port");
        ServiceStatus status = _runner.Capture().Services[0];
        Assert.Equal((3, 3), (status.Totals.ReceivedDatagrams, status.Totals.SentDatagrams));

        static async Task<string> Ask(UdpClient client, string text)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes(text));
            return Encoding.ASCII.GetString((await client.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(20))).Buffer);
        }
    }

    [Fact]
    public async Task AnEndpointThatTheServiceCannotServeIsAnError()
    {
        var kind = new PipelineOnlyKind();
        ReloadResult result = await _runner.ApplyAsync([new ServiceDefinition("a", kind, new EchoOptions(), [EndpointSpec.Parse("udp:127.0.0.1:0")])]);
        Assert.Equal(["a: Cannot listen on udp:127.0.0.1:0: streams takes no datagrams."], result.Errors);
    }

    [Fact]
    public async Task IsUsedUpWhenEachListenerHasGivenAllItHadAndAReloadTakesTheOthersAway()
    {
        using var toServer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var fromServer = new AnonymousPipeServerStream(PipeDirection.In);
        var context = new EndpointContext { LoggerFactory = _log };
        context.Schemes.Add(new StdioEndpointScheme(() => (
            new AnonymousPipeClientStream(PipeDirection.In, toServer.ClientSafePipeHandle),
            new AnonymousPipeClientStream(PipeDirection.Out, fromServer.ClientSafePipeHandle))));
        await using var runner = new ServiceRunner(context);
        Assert.Empty((await runner.ApplyAsync([_kind.Define("one", new EchoOptions(), "stdio:"), _kind.Define("two", new EchoOptions(), AnyPort)])).Errors);
        Task usedUp = runner.WaitUntilUsedUpAsync(TestContext.Current.CancellationToken);

        toServer.Dispose();
        await Eventually.HoldsAsync(() => runner.Capture().Services[0].State == ServiceState.Stopped, "the one connection has ended");
        Assert.False(usedUp.IsCompleted);

        Assert.Empty((await runner.ApplyAsync([_kind.Define("one", new EchoOptions(), "stdio:")])).Errors);
        await usedUp.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private async Task<ReloadResult> Apply(params ServiceDefinition[] services)
    {
        ReloadResult result = await _runner.ApplyAsync(services);
        Assert.Empty(result.Errors);
        return result;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class PipelineOnlyKind() : ServiceKind<EchoOptions>("streams", new SettingTable<EchoOptions>())
    {
        protected override ValueTask<ServiceInstance> StartAsync(EchoOptions options, ServiceContext context, CancellationToken cancellationToken)
            => new(ServiceInstance.Of(_ => Task.CompletedTask));
    }

    private sealed class HangingKind() : ServiceKind<EchoOptions>("hanging", new SettingTable<EchoOptions>())
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<ServiceInstance> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async ValueTask<ServiceInstance> StartAsync(EchoOptions options, ServiceContext context, CancellationToken cancellationToken)
        {
            Begun.SetResult();
            return await Answer.Task.WaitAsync(cancellationToken);
        }
    }
}
