using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Client;

public sealed class StayConnectedTests
{
    private static readonly EndpointSpec To = EndpointSpec.Parse("tcp:192.0.2.1:80");

    private readonly VirtualTime _time = new();
    private readonly FakeNetwork _network;
    private readonly ConnectionClient _client;

    public StayConnectedTests()
    {
        _network = new FakeNetwork(_time);
        _client = new ConnectionClient(new EndpointContext { StreamConnections = _network, TimeProvider = _time });
    }

    [Fact]
    public async Task FailuresAreWaitedOutWithFullJitterUnderAGrowingBound()
    {
        _network.Verdict = static _ => SocketError.ConnectionRefused;
        using var stop = new CancellationTokenSource();
        var policy = new RetryPolicy(new Random(7)) { InitialDelay = TimeSpan.FromSeconds(1), Multiplier = 2, MaxDelay = TimeSpan.FromSeconds(10) };
        var drawn = new Random(7);
        Task loop = RunAsync(policy, stop.Token);

        foreach (double bound in (double[])[1, 2, 4, 8, 10, 10])
        {
            // timers count in whole milliseconds
            TimeSpan expected = TimeSpan.FromMilliseconds(Math.Floor(bound * 1000 * drawn.NextDouble()));
            await Eventually.HoldsAsync(() => _time.UntilNextTimer is { } wait && wait == expected, $"it waits {expected}");
            _time.AdvanceToNextTimer();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task EachConnectionIsDisposedBeforeTheNextIsMade()
    {
        _network.Verdict = static _ => null;
        await using IAsyncEnumerator<ConnectionContext> connections = _client.StayConnectedAsync(To, new RetryPolicy(new Random(1))).GetAsyncEnumerator();
        Assert.True(await connections.MoveNextAsync());
        ConnectionContext first = connections.Current;

        ValueTask<bool> next = connections.MoveNextAsync();
        await _network.Attempts[0].Far!.DisposeAsync();
        await Eventually.HoldsAsync(() => _time.UntilNextTimer is not null, "it waits");
        Assert.True(first.ConnectionClosed.IsCancellationRequested);
        Assert.Single(_network.Attempts);
        await AdvanceUntilAsync(next);

        Assert.Equal(2, _network.Attempts.Count);
        Assert.NotSame(first, connections.Current);
    }

    [Theory]
    [InlineData(29, 2.56)]
    [InlineData(31, 1)]
    public async Task AStableConnectionForgetsTheFailuresBeforeIt(int seconds, double bound)
    {
        int calls = 0;
        _network.Verdict = _ => ++calls <= 2 ? SocketError.ConnectionRefused : null;
        var draws = new CountedRandom();
        await using IAsyncEnumerator<ConnectionContext> connections = _client.StayConnectedAsync(To, new RetryPolicy(draws)).GetAsyncEnumerator();
        await AdvanceUntilAsync(connections.MoveNextAsync());

        _time.Advance(TimeSpan.FromSeconds(seconds));
        ValueTask<bool> next = connections.MoveNextAsync();
        await _network.Attempts[2].Far!.DisposeAsync();
        await Eventually.HoldsAsync(() => draws.Count == 3, "the third delay is drawn");
        await Eventually.HoldsAsync(() => _time.UntilNextTimer is not null, "it waits");

        // one half of the bound, as the source always says 0.5
        Assert.Equal(bound / 2, _time.UntilNextTimer!.Value.TotalSeconds, 0.001);
        await AdvanceUntilAsync(next);
    }

    [Fact]
    public async Task TheLastOfTooManyFailuresIsThrown()
    {
        _network.Verdict = static _ => SocketError.ConnectionRefused;
        Task loop = RunAsync(new RetryPolicy(new Random(1)) { MaxFailures = 3 }, CancellationToken.None);
        for (int i = 0; i < 2; i++)
        {
            await Eventually.HoldsAsync(() => _time.UntilNextTimer < TimeSpan.FromSeconds(5), "it waits");
            _time.AdvanceToNextTimer();
        }

        await Assert.ThrowsAsync<EndpointException>(() => loop);
        Assert.Equal(3, _network.Attempts.Count);
    }

    [Fact]
    public async Task BreakingOutOfTheLoopDisposesTheConnection()
    {
        _network.Verdict = static _ => null;
        await foreach (ConnectionContext connection in _client.StayConnectedAsync(To))
        {
            _ = _network.Attempts[0].Far!.DisposeAsync().AsTask();
            break;
        }

        await Eventually.HoldsAsync(() => _network.Attempts[0].Far!.ConnectionClosed.IsCancellationRequested, "both ends are closed");
    }

    [Fact]
    public void BoundsGrowToTheLargest()
    {
        var policy = new RetryPolicy(new Random(1));

        Assert.Equal(TimeSpan.FromSeconds(1), policy.GetBound(1));
        Assert.Equal(1.6, policy.GetBound(2).TotalSeconds, 0.001);
        Assert.Equal(TimeSpan.FromMinutes(2), policy.GetBound(50));
        Assert.Equal(TimeSpan.FromMinutes(2), policy.GetBound(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => policy.GetBound(0));
        for (int i = 1; i < 1000; i++)
        {
            Assert.InRange(policy.NextDelay(i), TimeSpan.Zero, policy.GetBound(i));
        }
    }

    private async Task RunAsync(RetryPolicy policy, CancellationToken cancellationToken)
    {
        await foreach (ConnectionContext connection in _client.StayConnectedAsync(To, policy, cancellationToken))
        {
            await connection.DisposeAsync();
        }
    }

    private async Task AdvanceUntilAsync(ValueTask<bool> next)
    {
        Task<bool> task = next.AsTask();
        await Eventually.HoldsAsync(() => task.IsCompleted || (_time.AdvanceToNextTimer() && task.IsCompleted), "it connects");
        Assert.True(await task);
    }

    private sealed class CountedRandom : Random
    {
        public int Count { get; private set; }

        public override double NextDouble()
        {
            Count++;
            return 0.5;
        }
    }
}
