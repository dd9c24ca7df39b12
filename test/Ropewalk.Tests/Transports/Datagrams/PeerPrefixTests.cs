using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

public sealed class PeerPrefixTests
{
    [Theory]
    [InlineData("192.0.2.77:53", 24, "192.0.2.0/24")]
    [InlineData("192.0.2.77:53", 32, "192.0.2.77/32")]
    [InlineData("192.0.2.77:53", 25, "192.0.2.0/25")]
    [InlineData("192.0.2.177:53", 25, "192.0.2.128/25")]
    [InlineData("192.0.2.77:53", 0, "0.0.0.0/0")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:53", 64, "2001:db8:1:2::/64")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:53", 56, "2001:db8:1::/56")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:53", 65, "2001:db8:1:2::/65")]
    [InlineData("[2001:db8:1:2:ffff:4:5:6]:53", 65, "2001:db8:1:2:8000::/65")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:53", 128, "2001:db8:1:2:3:4:5:6/128")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:53", 0, "::/0")]
    [InlineData("[::ffff:192.0.2.77]:53", 24, "192.0.2.0/24")]
    public void Keeps_the_first_bits(string address, int bits, string prefix)
        => Assert.Equal(prefix, new PeerPrefix(new PeerAddress(IPEndPoint.Parse(address)), bits).ToString());

    [Fact]
    public void Is_the_key_of_a_rate_limit()
    {
        var counts = new Dictionary<PeerPrefix, int>();
        foreach (string from in (string[])["[2001:db8::1]:1", "[2001:db8::ffff:2]:2", "[2001:db8:0:1::1]:3", "192.0.2.1:4", "192.0.2.1:5", "192.0.2.2:6"])
        {
            PeerPrefix key = new PeerAddress(IPEndPoint.Parse(from)).GetPrefix();
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(
            ["192.0.2.1/32 2", "192.0.2.2/32 1", "2001:db8:0:1::/64 1", "2001:db8::/64 2"],
            counts.Select(c => $"{c.Key} {c.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Contains_its_addresses_and_none_of_the_other_family()
    {
        var net = new PeerPrefix(new PeerAddress(IPAddress.Parse("10.0.0.0"), 0), 8);
        Assert.True(net.Contains(new PeerAddress(IPAddress.Parse("10.255.1.2"), 99)));
        Assert.True(net.Contains(new PeerAddress(IPAddress.Parse("::ffff:10.1.2.3"), 99)));
        Assert.False(net.Contains(new PeerAddress(IPAddress.Parse("11.0.0.0"), 99)));
        Assert.False(new PeerPrefix(new PeerAddress(IPAddress.Any, 0), 0).Contains(new PeerAddress(IPAddress.IPv6Any, 0)));
        Assert.False(default(PeerPrefix).Contains(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PeerPrefix(new PeerAddress(IPAddress.Any, 0), 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PeerPrefix(new PeerAddress(IPAddress.IPv6Any, 0), -1));
    }
}
