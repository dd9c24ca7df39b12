using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

public sealed class PeerAddressTests
{
    [Fact]
    public void Is_28_bytes() => Assert.Equal(28, Unsafe.SizeOf<PeerAddress>());

    [Theory]
    [InlineData("192.0.2.1:53")]
    [InlineData("0.0.0.0:0")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("[2001:db8::1]:53")]
    [InlineData("[::1]:1")]
    [InlineData("[fe80::1%3]:5353")]
    public void Goes_to_an_end_point_and_back(string text)
    {
        var endPoint = IPEndPoint.Parse(text);
        var address = new PeerAddress(endPoint);
        Assert.Equal(endPoint, address.ToIPEndPoint());
        Assert.Equal(text, address.ToString());
        Assert.Equal(endPoint.Port, address.Port);
        Assert.Equal(endPoint.AddressFamily, address.Family);
        Assert.Equal(endPoint.Address.GetAddressBytes(), address.AddressBytes);
        Assert.Equal(address, new PeerAddress(endPoint));
        Assert.Equal(address.GetHashCode(), new PeerAddress(endPoint).GetHashCode());
    }

    [Fact]
    public void Differs_in_every_part()
    {
        PeerAddress[] all =
        [
            default,
            Parse("192.0.2.1:53"), Parse("192.0.2.1:54"), Parse("192.0.2.2:53"), Parse("0.0.0.0:53"),
            Parse("[2001:db8::1]:53"), Parse("[2001:db8::1]:54"), Parse("[2001:db8::2]:53"), Parse("[2001:db9::1]:53"),
            Parse("[::]:53"), Parse("[fe80::1%1]:53"), Parse("[fe80::1%2]:53"), Parse("[fe80::1]:53"),
        ];
        Assert.Equal(all.Length, all.ToHashSet().Count);
        Assert.True(all[1] == Parse("192.0.2.1:53"));
        Assert.True(all[1] != all[2]);
        Assert.False(all[1].Equals("192.0.2.1:53"));
    }

    [Fact]
    public void An_IPv4_address_has_one_form()
    {
        var mapped = new PeerAddress(IPAddress.Parse("::ffff:192.0.2.1"), 53);
        Assert.Equal(Parse("192.0.2.1:53"), mapped);
        Assert.True(mapped.IsIPv4);
        PeerAddress wire = mapped.Map();
        Assert.True(wire.IsMapped);
        Assert.Equal(mapped, wire.Unmap());
        Assert.False(Parse("[2001:db8::1]:53").IsMapped);
        Assert.False(Parse("[::1]:53").IsMapped);
    }

    [Fact]
    public void Is_laid_out_as_the_system_has_it()
    {
        PeerAddress ipv4 = Parse("192.0.2.1:258");
        Assert.Equal([2, 0, 1, 2, 192, 0, 2, 1, .. new byte[20]], MemoryMarshal.AsBytes(new ReadOnlySpan<PeerAddress>(in ipv4)).ToArray());
        PeerAddress ipv6 = Parse("[102:304:506:708:90a:b0c:d0e:f10%5]:258");
        Assert.Equal(
            [10, 0, 1, 2, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 5, 0, 0, 0],
            MemoryMarshal.AsBytes(new ReadOnlySpan<PeerAddress>(in ipv6)).ToArray());
    }

    [Fact]
    public void The_default_value_addresses_nobody()
    {
        PeerAddress none = default;
        Assert.Equal("none", none.ToString());
        Assert.Equal(AddressFamily.Unspecified, none.Family);
        Assert.Throws<InvalidOperationException>(() => none.ToIPAddress());
        Assert.Equal(0, none.CopyAddressTo(default));
        Assert.Equal("none", none.GetPrefix(0, 0).ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:1", true, true)]
    [InlineData("127.9.0.1:1", true, true)]
    [InlineData("[::1]:1", true, true)]
    [InlineData("[::2]:1", false, true)]
    [InlineData("192.0.2.1:1", false, true)]
    [InlineData("0.0.0.0:1", false, false)]
    [InlineData("224.0.0.251:1", false, false)]
    [InlineData("255.255.255.255:1", false, false)]
    [InlineData("[ff02::fb]:1", false, false)]
    [InlineData("[::]:1", false, false)]
    public void Knows_loopback_and_what_can_be_a_source(string text, bool loopback, bool source)
    {
        Assert.Equal(loopback, Parse(text).IsLoopback);
        Assert.Equal(source, Parse(text).CanBeSource);
    }

    [Fact]
    public void Formats_into_a_span_or_says_that_it_does_not_fit()
    {
        Span<char> room = stackalloc char[12];
        Assert.True(Parse("192.0.2.1:53").TryFormat(room, out int written, default, null));
        Assert.Equal("192.0.2.1:53", room[..written].ToString());
        Assert.False(Parse("192.0.2.1:5353").TryFormat(room, out _, default, null));
        Assert.Equal("to 192.0.2.1:53", $"to {Parse("192.0.2.1:53")}");
    }

    [Fact]
    public void Changes_its_port()
    {
        Assert.Equal(Parse("192.0.2.1:9"), Parse("192.0.2.1:53").WithPort(9));
        Assert.Equal(Parse("[fe80::1%3]:9"), Parse("[fe80::1%3]:53").WithPort(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Parse("192.0.2.1:53").WithPort(65536));
    }

    private static PeerAddress Parse(string text) => new(IPEndPoint.Parse(text));
}
