using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Tests.Wire.Edns;

public sealed class EdnsCookieSecretTests
{
    private static readonly EdnsCookieSecret Secret = new(Convert.FromHexString("e5e973e5a6b2a43f48e7dc849e37bfcf"));

    private static readonly byte[] Address = IPAddress.Parse("198.51.100.100").GetAddressBytes();

    private static readonly DateTimeOffset Made = DateTimeOffset.FromUnixTimeSeconds(1_559_731_985);

    /// <summary>The cookies that servers give in RFC 9018, appendices A.1 to A.4.</summary>
    [Theory]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "198.51.100.100", "2464c4abcf10c957", 1_559_731_985, "010000005cf79f111f8130c3eee29480")]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "198.51.100.100", "2464c4abcf10c957", 1_559_734_385, "010000005cf7a871d4a564a1442aca77")]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "203.0.113.203", "fc93fc62807ddb86", 1_559_734_700, "010000005cf7a9acf73a7810aca2381e")]
    [InlineData("445536bcd2513298075a5d379663c962", "2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298", 1_559_741_961, "010000005cf7c609a6bb79d16625507a")]
    public void The_cookies_that_the_RFC_gives(string secret, string address, string client, long now, string expected)
    {
        byte[] cookie = new byte[16];
        new EdnsCookieSecret(Convert.FromHexString(secret)).Write(Convert.FromHexString(client), IPAddress.Parse(address).GetAddressBytes(), DateTimeOffset.FromUnixTimeSeconds(now), cookie);
        Assert.Equal(expected, Convert.ToHexStringLower(cookie));
    }

    /// <summary>What clients send in RFC 9018: appendix A.2, A.3 with reserved bytes that are not zero, A.4 of the secret before.</summary>
    [Theory]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "198.51.100.100", "2464c4abcf10c957010000005cf79f111f8130c3eee29480", 1_559_734_385, true)]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "203.0.113.203", "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1_559_727_985, true)]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "203.0.113.203", "fc93fc62807ddb86010000005cf78f71a314227b6679ebf5", 1_559_727_985, false)]
    [InlineData("dd3bdf9344b678b185a6f5cb60fca715", "2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1_559_741_961, true)]
    [InlineData("445536bcd2513298075a5d379663c962", "2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1_559_741_961, false)]
    public void The_cookies_that_the_RFC_takes(string secret, string address, string option, long now, bool expected) =>
        Assert.Equal(expected, Check(new EdnsCookieSecret(Convert.FromHexString(secret)), option, IPAddress.Parse(address).GetAddressBytes(), DateTimeOffset.FromUnixTimeSeconds(now)));

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

    private static bool Check(string option, byte[] address, DateTimeOffset now) => Check(Secret, option, address, now);

    private static bool Check(EdnsCookieSecret secret, string option, byte[] address, DateTimeOffset now)
    {
        Assert.Equal(DnsViolation.None, EdnsCookie.Decode(Convert.FromHexString(option), out EdnsCookie cookie));
        return secret.Check(cookie, address, now);
    }
}
