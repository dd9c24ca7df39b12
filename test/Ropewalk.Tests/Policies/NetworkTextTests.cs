using System.Net;
using Ropewalk.Policies;

namespace Ropewalk.Tests.Policies;

public sealed class NetworkTextTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    public void Networks_and_addresses_are_taken(string text, string expected)
    {
        Assert.True(AddressPrefix.TryParseNetwork(text, out IPNetwork network, out IPNetwork? meant));
        Assert.Equal(expected, network.ToString());
        Assert.Null(meant);
    }

    [Theory]
    [InlineData("10/8", null)]
    [InlineData("192.168", null)]
    [InlineData("10", null)]
    [InlineData("10.0.0.0/33", null)]
    [InlineData("", null)]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    public void What_the_runtime_would_take_for_another_network_is_refused(string text, string? expected)
    {
        Assert.False(AddressPrefix.TryParseNetwork(text, out _, out IPNetwork? meant));
        Assert.Equal(expected, meant?.ToString());
        Assert.Throws<FormatException>(() => AddressSet.Parse([text]));
    }
}
