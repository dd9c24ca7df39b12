using Microsoft.AspNetCore.Connections;
using Ropewalk.Policies;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class RateLimitPolicyTests
{
    [Fact]
    public void A_burst_passes_then_the_rate_holds()
    {
        var time = new VirtualTime();
        var policy = new RateLimitPolicy(new PeerRateLimiter(new ConnectionRate { Burst = 5, PerMinute = 60, TimeProvider = time }));
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        Assert.Equal(5, Try(app, 20, i => "192.0.2.1"));
        Assert.Equal(15, policy.Refused);
        Assert.Equal(5, Try(app, 20, i => "192.0.2.2"));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, Try(app, 20, i => "192.0.2.1"));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Try(app, 20, i => "192.0.2.1"));
        Assert.Equal(0, time.ArmedTimers);
    }

    [Fact]
    public void A_network_counts_as_one_peer()
    {
        var policy = new RateLimitPolicy(new PeerRateLimiter(new ConnectionRate { Burst = 5, TimeProvider = new VirtualTime() }));
        Assert.Equal(5, Try(policy.Apply(PolicyPair.StayAsync), 100, i => $"2001:db8::{i:x}"));
    }

    [Fact]
    public void State_is_bounded_whoever_comes()
    {
        var time = new VirtualTime();
        var limiter = new PeerRateLimiter(new ConnectionRate { Burst = 2, PerMinute = 60, MaxTrackedPeers = 100, TimeProvider = time });
        ConnectionDelegate app = new RateLimitPolicy(limiter).Apply(PolicyPair.StayAsync);
        Assert.Equal(102, Try(app, 1000, i => $"10.0.{i / 250}.{i % 250}"));
        Assert.Equal(100, limiter.TrackedPeers);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Try(app, 1, i => "192.0.2.1"));
        Assert.Equal(1, limiter.TrackedPeers);
    }

    [Fact]
    public void Only_who_was_idle_is_forgotten_and_a_flood_buys_one_look_a_second()
    {
        var time = new VirtualTime();
        var limiter = new PeerRateLimiter(new ConnectionRate { Burst = 10, PerMinute = 600, MaxTrackedPeers = 100, TimeProvider = time });
        ConnectionDelegate app = new RateLimitPolicy(limiter).Apply(PolicyPair.StayAsync);
        Assert.Equal(98, Try(app, 98, i => $"10.0.0.{i}"));
        Assert.Equal(20, Try(app, 40, i => $"192.0.2.{i % 2}")); // these two have spent all
        Assert.Equal(100, limiter.TrackedPeers);

        Assert.Equal(1, Try(app, 1, i => "198.51.100.1")); // looks, and finds nobody idle
        Assert.Equal(100, limiter.TrackedPeers);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(10, Try(app, 1000, i => $"198.51.{100 + (i / 250)}.{i % 250}")); // nobody looks so soon again; they share one state
        Assert.Equal(100, limiter.TrackedPeers);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(4, Try(app, 1000, i => $"198.51.{100 + (i / 250)}.{i % 250}"));
        Assert.Equal(100, limiter.TrackedPeers);

        Assert.Equal(18, Try(app, 20, i => $"192.0.2.{i % 2}")); // they are not idle
        time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(20, Try(app, 20, i => $"203.0.113.{i}"));
        Assert.Equal(22, limiter.TrackedPeers);
    }

    [Fact]
    public async Task A_refusal_is_named()
    {
        ConnectionDelegate app = new RateLimitPolicy(new PeerRateLimiter(new ConnectionRate { Burst = 1, TimeProvider = new VirtualTime() })).Apply(PolicyPair.StayAsync);
        _ = app(PolicyPair.Create("192.0.2.1").Server);
        (_, ConnectionContext server) = PolicyPair.Create("192.0.2.1");
        await app(server);
        Assert.Equal(ConnectionEndReason.LimitExceeded, PolicyPair.EndOf(server).Reason);
        Assert.Contains("192.0.2.1/32 come too fast", PolicyPair.EndOf(server).Detail, StringComparison.Ordinal);
    }

    private static int Try(ConnectionDelegate app, int count, Func<int, string> from) =>
        Enumerable.Range(0, count).Count(i => !app(PolicyPair.Create(from(i)).Server).IsCompleted);
}
