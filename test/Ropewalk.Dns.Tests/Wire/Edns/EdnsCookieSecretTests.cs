using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Tests.Wire.Edns;

public sealed class EdnsCookieSecretTests
{
    private static readonly EdnsCookieSecret Secret = new(Convert.FromHexString("e5e973e5a6b2a43f48e7dc849e37bfcf"));

    private static readonly byte[] Address = IPAddress.Parse("198.51.100.100").GetAddressBytes();

    private static readonly DateTimeOffset Made = DateTimeOffset.FromUnixTimeSeconds(1_559_731_985);

    /// <summary>RFC 9018, appendix A.1.</summary>
    [Fact]
    public void The_example_of_the_RFC()
    {
        byte[] cookie = new byte[16];
        Secret.Write(Convert.FromHexString("2464c4abcf10c957"), Address, Made, cookie);
        Assert.Equal("010000005cf79f111f8130c3eee29480", Convert.ToHexStringLower(cookie));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_cookie_has_its_time(int seconds, bool expected) =>
        Assert.Equal(expected, Check("2464c4abcf10c957010000005cf79f111f8130c3eee29480", Address, Made.AddSeconds(seconds)));

    [Fact]
    public void Every_changed_bit_and_another_address_make_it_wrong()
    {
        byte[] good = Convert.FromHexString("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] changed = [.. good];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Check(Convert.ToHexString(changed), Address, Made));
        }

        Assert.False(Check(Convert.ToHexString(good), IPAddress.Parse("198.51.100.101").GetAddressBytes(), Made));
        Assert.False(Check(Convert.ToHexString(good), IPAddress.IPv6Loopback.GetAddressBytes(), Made));
        Assert.False(Check(Convert.ToHexString(good[..8]), Address, Made));
        Assert.False(Check(Convert.ToHexString([.. good, 0]), Address, Made));
        Assert.Throws<ArgumentException>(() => new EdnsCookieSecret(new byte[15]));
        Assert.DoesNotContain("e5e9", Secret.ToString());
    }

    private static bool Check(string option, byte[] address, DateTimeOffset now)
    {
        Assert.Equal(DnsViolation.None, EdnsCookie.Decode(Convert.FromHexString(option), out EdnsCookie cookie));
        return Secret.Check(cookie, address, now);
    }
}
