using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Policies;
using Ropewalk.Testing;
using Ropewalk.Tests.Security.Tls;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class HandshakeTimeoutPolicyTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_peer_that_drips_its_greeting_is_cut()
    {
        var policy = new HandshakeTimeoutPolicy(TimeSpan.FromSeconds(30), _time);
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        Task serving = policy.Apply(PolicyPair.StayAsync)(server);
        for (int i = 0; i < 29; i++)
        {
            await client.WriteTextAsync("x");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(serving.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        await serving.WaitAsync(PolicyPair.Patience);
        Assert.Equal(ConnectionEndReason.TimedOut, PolicyPair.EndOf(server).Reason);
        Assert.Equal(1, policy.Ended);
    }

    [Fact]
    public void A_beginning_that_is_over_is_left_alone()
    {
        (_, ConnectionContext server) = PolicyPair.Create();
        Task serving = new HandshakeTimeoutPolicy(TimeSpan.FromSeconds(30), _time).Apply(connection =>
        {
            connection.Features.GetRequiredFeature<IHandshakeDeadlineFeature>().HandshakeDone();
            return PolicyPair.StayAsync(connection);
        })(server);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(serving.IsCompleted);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Each_connection_has_its_own_deadline()
    {
        ConnectionDelegate app = new HandshakeTimeoutPolicy(TimeSpan.FromSeconds(32), _time).Apply(PolicyPair.StayAsync);
        Task first = app(PolicyPair.Create().Server);
        _time.Advance(TimeSpan.FromSeconds(20));
        Task second = app(PolicyPair.Create().Server);
        _time.Advance(TimeSpan.FromSeconds(14));
        await first.WaitAsync(PolicyPair.Patience);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(20));
        await second.WaitAsync(PolicyPair.Patience);
    }
}
