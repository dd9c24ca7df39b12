using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Policies;
using Ropewalk.Testing;
using Ropewalk.Tests.Security.Tls;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class IdleTimeoutPolicyTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_silent_connection_is_asked_to_say_goodbye_and_then_aborted()
    {
        ConnectionDelegate app = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = TimeSpan.FromSeconds(80), TimeProvider = _time }).Apply(PolicyPair.StayAsync);
        (_, ConnectionContext server) = PolicyPair.Create();
        CancellationToken asked = server.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested;
        Task serving = app(server);
        _time.Advance(TimeSpan.FromSeconds(79));
        Assert.False(asked.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(asked.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(server.ConnectionClosed.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        await serving.WaitAsync(PolicyPair.Patience);
        Assert.Equal(ConnectionEndReason.TimedOut, PolicyPair.EndOf(server).Reason);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task A_handler_that_says_goodbye_is_not_aborted()
    {
        ConnectionDelegate app = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = TimeSpan.FromSeconds(80), TimeProvider = _time }).Apply(async connection =>
        {
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested.Register(asked.SetResult);
            await asked.Task;
            await connection.WriteTextAsync("421 bye\r\n");
            await connection.DisposeAsync();
        });
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        Task serving = app(server);
        _time.Advance(TimeSpan.FromSeconds(80));
        Assert.Equal("421 bye\r\n", await client.ReadToEndAsync());
        await client.DisposeAsync();
        await serving.WaitAsync(PolicyPair.Patience);
        Assert.Equal(ConnectionEndReason.TimedOut, PolicyPair.EndOf(server).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_in_either_direction_keep_it_open(bool isReceived)
    {
        var policy = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = TimeSpan.FromSeconds(80), Goodbye = TimeSpan.Zero, TimeProvider = _time });
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        Task serving = policy.Apply(PolicyPair.StayAsync)(server);
        for (int i = 0; i < 20; i++)
        {
            (ConnectionContext from, ConnectionContext to) = isReceived ? (client, server) : (server, client);
            await from.WriteTextAsync("x");
            await to.ReadTextAsync(1);
            _time.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.False(serving.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(90));
        await serving.WaitAsync(PolicyPair.Patience);
        Assert.Equal(1, policy.Ended);
    }

    [Fact]
    public async Task A_transport_that_does_not_count_is_counted()
    {
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        server.Features.Set<IConnectionCountersFeature>(null);
        Task serving = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = TimeSpan.FromSeconds(80), Goodbye = TimeSpan.Zero, TimeProvider = _time })
            .Apply(async connection =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await connection.ReadTextAsync(1);
                    await connection.WriteTextAsync("y");
                }

                await PolicyPair.StayAsync(connection);
            })(server);
        for (int i = 0; i < 5; i++)
        {
            await client.WriteTextAsync("x");
            Assert.Equal("y", await client.ReadTextAsync(1));
            _time.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.False(serving.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(90));
        await serving.WaitAsync(PolicyPair.Patience);
    }

    [Fact]
    public void One_timer_serves_all_and_none_runs_without_connections()
    {
        ConnectionDelegate app = new IdleTimeoutPolicy(new IdleTimeoutOptions { TimeProvider = _time }).Apply(PolicyPair.StayAsync);
        Assert.Equal(0, _time.ArmedTimers);
        for (int i = 0; i < 100; i++)
        {
            _ = app(PolicyPair.Create().Server);
        }

        Assert.Equal(1, _time.ArmedTimers);
    }
}
