using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Policies;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Policies;

/// <summary>What the log says when a limit keeps connections away.</summary>
public sealed class LimitNoticeTests
{
    private readonly VirtualTime _time = new();
    private readonly RecordingLog _log = new();

    [Theory]
    [InlineData(1, 9, 9, "192.0.2.1", "The limit total of 1 connection is reached: a connection from 192.0.2.1 was refused")]
    [InlineData(9, 2, 9, "192.0.2.1", "The limit per-address of 2 connections is reached: a connection from 192.0.2.1 was refused")]
    [InlineData(9, 9, 2, "2001:db8:0:7::1", "The limit per-network of 2 connections is reached: a connection from 2001:db8:0:7::/64 was refused")]
    public void Which_limit_it_was_is_told_and_whom_it_kept_away(int total, int perAddress, int perNetwork, string from, string told)
    {
        var policy = new LimitsPolicy(new ConnectionLimits { Total = total, PerAddress = perAddress, PerIPv6Network = perNetwork }, _log, _time);
        Connect(policy, from, 3);
        Assert.Equal(told, Told[0]);
    }

    /// <summary>Nobody fills a disk by meeting a limit, and what is not told is counted.</summary>
    [Fact]
    public void A_flood_is_three_lines_a_second()
    {
        var policy = new LimitsPolicy(new ConnectionLimits { PerAddress = 1 }, _log, _time);
        Connect(policy, "192.0.2.1", 101);
        Assert.Equal(3, Told.Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        Connect(policy, "192.0.2.1", 1);
        Assert.EndsWith("was refused; 97 more since the last such line", Told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Who_meets_his_own_limit_does_not_hide_that_everybodys_is_met()
    {
        var policy = new LimitsPolicy(new ConnectionLimits { Total = 2, PerAddress = 1 }, _log, _time);
        Connect(policy, "192.0.2.1", 101);
        Connect(policy, "192.0.2.2", 1);
        Connect(policy, "192.0.2.3", 1);
        Assert.Equal("The limit total of 2 connections is reached: a connection from 192.0.2.3 was refused", Told[^1]);
    }

    [Fact]
    public void A_rate_is_told_with_its_value()
    {
        var policy = new RateLimitPolicy(new PeerRateLimiter(new ConnectionRate { PerMinute = 6, Burst = 2, TimeProvider = _time }), _log, _time);
        Connect(policy, "192.0.2.1", 3);
        Assert.Equal("The limit rate-limit of 6 connections a minute, 2 at once is reached: a connection from 192.0.2.1 was refused", Assert.Single(Told));
    }

    private string[] Told => [.. _log.Entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Text)];

    private static void Connect(IConnectionPolicy policy, string from, int count)
    {
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        for (int i = 0; i < count; i++)
        {
            _ = app(PolicyPair.Create(from).Server);
        }
    }
}
