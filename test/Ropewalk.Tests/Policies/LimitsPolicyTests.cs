using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Policies;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class LimitsPolicyTests
{
    [Fact]
    public async Task The_total_is_bounded_and_a_place_is_free_again_after_an_end()
    {
        var policy = new LimitsPolicy(new ConnectionLimits { Total = 2 });
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        (_, ConnectionContext first) = PolicyPair.Create("192.0.2.1");
        (_, ConnectionContext second) = PolicyPair.Create();
        Task serving = app(first);
        _ = app(second);
        await RefusedAsync(app, "192.0.2.3", "2 connections are open");
        Assert.Equal(2, policy.Current);
        Assert.Equal(1, policy.Refused);
        first.Abort();
        await serving.WaitAsync(PolicyPair.Patience);
        Assert.Equal(1, policy.Current);
        (_, ConnectionContext next) = PolicyPair.Create("192.0.2.3");
        Assert.False(app(next).IsCompleted);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::1", true)]
    [InlineData("2001:db8::1", "2001:db8::2", false)]
    public async Task One_address_is_bounded(string first, string second, bool isOne)
    {
        ConnectionDelegate app = new LimitsPolicy(new ConnectionLimits { PerAddress = 1 }).Apply(PolicyPair.StayAsync);
        _ = app(PolicyPair.Create(first).Server);
        if (isOne)
        {
            await RefusedAsync(app, second, "1 connection from");
        }
        else
        {
            Assert.False(app(PolicyPair.Create(second).Server).IsCompleted);
        }
    }

    [Fact]
    public async Task A_flood_from_one_ipv6_network_stops_at_its_bound_and_others_are_served()
    {
        var policy = new LimitsPolicy(new ConnectionLimits());
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        int served = 0;
        for (int i = 0; i < 1000; i++)
        {
            // a new address each time, as an attacker with a /64 has them
            served += app(PolicyPair.Create($"2001:db8:0:7::{i:x}").Server).IsCompleted ? 0 : 1;
        }

        Assert.Equal(50, served);
        Assert.Equal(950, policy.Refused);
        await RefusedAsync(app, "2001:db8:0:7:ffff::1", "2001:db8:0:7::/64");
        Assert.False(app(PolicyPair.Create("2001:db8:0:8::1").Server).IsCompleted);
    }

    [Fact]
    public async Task Limits_can_be_changed_live_and_bad_ones_change_nothing()
    {
        var policy = new LimitsPolicy(new ConnectionLimits());
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        _ = app(PolicyPair.Create("192.0.2.1").Server);
        policy.Update(new ConnectionLimits { PerAddress = 1 });
        await RefusedAsync(app, "192.0.2.1", "1 connection from 192.0.2.1/32 is open");
        OptionsValidationException bad = Assert.Throws<OptionsValidationException>(() => policy.Update(new ConnectionLimits { Total = 0, PerAddress = 0, PerIPv6Network = -1 }));
        Assert.Equal(3, bad.Failures.Count());
        await RefusedAsync(app, "192.0.2.1", "1 connection from");
    }

    private static async Task RefusedAsync(ConnectionDelegate app, string from, string reason)
    {
        (_, ConnectionContext server) = PolicyPair.Create(from);
        await app(server).WaitAsync(PolicyPair.Patience);
        ConnectionEnd end = PolicyPair.EndOf(server);
        Assert.Equal(ConnectionEndReason.LimitExceeded, end.Reason);
        Assert.Contains(reason, end.Detail, StringComparison.Ordinal);
    }
}
