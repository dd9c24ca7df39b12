using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Policies;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class AddressFilterPolicyTests
{
    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("10.9.0.1", false)]
    [InlineData("11.0.0.1", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("2001:db8:1::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData(null, true)]
    public async Task Deny_comes_before_allow(string? from, bool isAllowed)
    {
        var options = new AddressFilterOptions();
        foreach (string network in (string[])["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"])
        {
            options.Allow.Add(network);
        }

        options.Deny.Add("10.9.0.0/16");
        var policy = new AddressFilterPolicy(options);
        (_, ConnectionContext server) = PolicyPair.Create(from);
        bool isServed = false;
        await policy.Apply(_ =>
        {
            isServed = true;
            return Task.CompletedTask;
        })(server);
        Assert.Equal(isAllowed, isServed);
        Assert.Equal(isAllowed ? 0 : 1, policy.Refused);
        Assert.Equal(isAllowed ? ConnectionEndReason.Open : ConnectionEndReason.Refused, PolicyPair.EndOf(server).Reason);
    }

    [Fact]
    public void Without_allowed_networks_all_but_the_denied_may_connect()
    {
        var options = new AddressFilterOptions();
        options.Deny.Add("::/0");
        ConnectionDelegate app = new AddressFilterPolicy(options).Apply(PolicyPair.StayAsync);
        Assert.True(app(PolicyPair.Create("2001:db8::1").Server).IsCompleted);
        options.Deny.Clear();
        Assert.False(new AddressFilterPolicy(options).Apply(PolicyPair.StayAsync)(PolicyPair.Create("2001:db8::1").Server).IsCompleted);
    }

    [Fact]
    public void Every_bad_network_is_told_at_once()
    {
        var options = new AddressFilterOptions();
        options.Allow.Add("10.0.0.0/33");
        options.Deny.Add("example.org");
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(options.Validate).Failures.Count());
    }
}
