using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Server;

public sealed class PhasedStopTests
{
    private static readonly ConnectionServerOptions Options = new();

    private readonly VirtualTime _time = new();
    private readonly RecordingLog _log = new();
    private readonly EndpointContext _context;
    private readonly ConnectionServer _server;

    public PhasedStopTests()
    {
        _context = new EndpointContext { TimeProvider = _time, LoggerFactory = _log };
        _server = new ConnectionServer(_context);
    }

    [Fact]
    public async Task EachConnectionSaysGoodbyeInItsOwnWordsAndNoneIsAborted()
    {
        Listening listening = await _server.ListenAsync("mem:a", GoodbyeAsync);
        ConnectionContext[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ConnectAsync()))];
        await Eventually.HoldsAsync(() => listening.ConnectionCount == clients.Length, "all are served");

        await _server.StopAsync();

        foreach (ConnectionContext client in clients)
        {
            Assert.Equal("421 goodbye", await ConnectionServerTests.ReadToEndAsync(client));
        }

        Assert.Equal(clients.Length, listening.CaptureTotals().EndedBy(ConnectionEndReason.Completed));
        Assert.True(listening.IsStopped);
        Assert.Equal(0, _log.Count(1002));
    }

    [Fact]
    public async Task AForeignTransportsConnectionsAreAskedToo()
    {
        var foreign = new SocketTransportFactory(
            Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new ConnectionServer(new EndpointContext { StreamListeners = foreign, TimeProvider = _time });
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", GoodbyeAsync);
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.FromEndPoint(listening.EndPoint));
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "it is served");

        await server.StopAsync();

        Assert.Equal("421 goodbye", await ConnectionServerTests.ReadToEndAsync(client));
    }

    [Fact]
    public async Task NothingIsAcceptedOnceStoppingHasBegun()
    {
        var release = new TaskCompletionSource();
        Listening listening = await _server.ListenAsync("mem:a", _ => release.Task);
        await ConnectAsync();
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "it is served");

        Task stop = listening.StopAsync();
        await listening.AcceptingEnded;

        await Assert.ThrowsAsync<EndpointException>(ConnectAsync);
        Assert.False(stop.IsCompleted);
        release.SetResult();
        await stop;
    }

    [Fact]
    public async Task WhoDoesNotFinishIsAbortedAtTheDeadlineAndNotBefore()
    {
        var aborted = new TaskCompletionSource<ConnectionEnd>();
        Listening listening = await _server.ListenAsync("mem:a", async connection =>
        {
            var closed = new TaskCompletionSource();
            using CancellationTokenRegistration registration = connection.ConnectionClosed.Register(closed.SetResult);
            await closed.Task;
            aborted.SetResult(connection.Features.Get<IConnectionEndFeature>()!.End);
        });
        await ConnectAsync();
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "it is served");

        Task stop = listening.StopAsync();
        await Eventually.HoldsAsync(() => _time.UntilNextTimer == Options.DrainTimeout, "the drain has begun");
        _time.Advance(Options.DrainTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(stop.IsCompleted);
        Assert.False(aborted.Task.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await stop;

        Assert.Equal(ConnectionEndReason.ServerStopped, (await aborted.Task).Reason);
        Assert.Equal(1, listening.CaptureTotals().EndedBy(ConnectionEndReason.ServerStopped));
        Assert.Equal(1, _log.Count(1002));
    }

    [Fact]
    public async Task AHandlerThatIgnoresItsAbortIsNamedAndLeftBehind()
    {
        var never = new TaskCompletionSource();
        Listening listening = await _server.ListenAsync("mem:a", _ => never.Task);
        await ConnectAsync();
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "it is served");
        string id = listening.ListConnections()[0].Id;

        Task stop = listening.StopAsync();
        await Eventually.HoldsAsync(() => _time.UntilNextTimer == Options.DrainTimeout, "the drain has begun");
        _time.Advance(Options.DrainTimeout);
        await Eventually.HoldsAsync(() => _time.UntilNextTimer == Options.AbortTimeout, "the abort has begun");
        _time.Advance(Options.AbortTimeout);
        await stop;

        Assert.Contains(id, _log.TextOf(1003));
        never.SetResult();
    }

    [Fact]
    public async Task TheTokenBringsTheDeadlineForward()
    {
        Listening listening = await _server.ListenAsync("mem:a", async connection =>
            await connection.Transport.Input.ReadAsync(CancellationToken.None));
        await ConnectAsync();
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "it is served");
        using var now = new CancellationTokenSource();

        Task patient = listening.StopAsync();
        Task hurried = _server.StopAsync(now.Token);
        await Eventually.HoldsAsync(() => _time.ArmedTimers > 0, "the drain has begun");
        Assert.False(hurried.IsCompleted);
        await now.CancelAsync();

        await Task.WhenAll(patient, hurried);
        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
        Assert.Equal(1, listening.CaptureTotals().EndedBy(ConnectionEndReason.ServerStopped));
    }

    [Fact]
    public async Task AFaultyGoodbyeDoesNotKeepOthersFromTheirs()
    {
        int calls = 0;
        int given = 0;
        Listening listening = await _server.ListenAsync("mem:a", async connection =>
        {
            bool isFaulty = Interlocked.Exchange(ref given, 1) == 0;
            if (isFaulty)
            {
                connection.Features.Set<IConnectionLifetimeNotificationFeature>(new FaultyNotification());
            }

            Interlocked.Increment(ref calls);
            await (isFaulty ? connection.Transport.Input.ReadAsync(CancellationToken.None).AsTask() : GoodbyeAsync(connection));
        });
        await using ConnectionContext faulty = await ConnectAsync();
        await Eventually.HoldsAsync(() => calls == 1, "the first is served");
        await using ConnectionContext polite = await ConnectAsync();
        await Eventually.HoldsAsync(() => calls == 2, "the second is served");

        Task stop = listening.StopAsync();

        Assert.Equal("421 goodbye", await ConnectionServerTests.ReadToEndAsync(polite));
        Assert.Equal(1, _log.Count(1012));
        await faulty.DisposeAsync();
        await stop;
    }

    private static async Task GoodbyeAsync(ConnectionContext connection)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(asked.SetResult);
        await asked.Task;
        await ConnectionServerTests.SendAsync(connection, "421 goodbye");
    }

    private async Task<ConnectionContext> ConnectAsync() => await _context.ConnectAsync(EndpointSpec.Parse("mem:a"));

    private sealed class FaultyNotification : IConnectionLifetimeNotificationFeature
    {
        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => throw new InvalidOperationException("a callback's fault");
    }
}
