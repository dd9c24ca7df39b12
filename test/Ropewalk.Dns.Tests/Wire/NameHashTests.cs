using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Wire;

public sealed class NameHashTests
{
    [Fact]
    public void Case_makes_no_difference_and_every_byte_does()
    {
        NameHash hash = new(1, 2);
        for (int length = 1; length <= 60; length++)
        {
            byte[] name = new byte[length];
            name.AsSpan().Fill((byte)'q');
            byte[] upper = new byte[length];
            upper.AsSpan().Fill((byte)'Q');
            ulong plain = hash.Of(name);
            Assert.Equal(plain, hash.Of(upper));
            for (int at = 0; at < length; at++)
            {
                byte[] other = [.. name];
                other[at] = (byte)'r';
                Assert.NotEqual(plain, hash.Of(other));
            }
        }
    }

    [Fact]
    public void Another_secret_gives_other_hashes_and_the_same_the_same()
    {
        byte[] name = DomainName.Parse("www.example.org").Wire.ToArray();
        Assert.Equal(new NameHash(3, 4).Of(name), new NameHash(3, 4).Of(name));
        Assert.NotEqual(new NameHash(3, 4).Of(name), new NameHash(3, 5).Of(name));
        Assert.NotEqual(new NameHash(3, 4).Of(name), new NameHash(2, 4).Of(name));
    }

    // The default was never made: its product with zero hides half of each name, so that names which collide could be made by hand.
    [Fact]
    public void Nothing_is_kept_by_the_default()
    {
        Assert.Throws<ArgumentException>(() => new ZoneCatalog([], default));
        Assert.Throws<ArgumentException>(() => new ZoneBuilder(DomainName.Root, default));
        Assert.Throws<ArgumentException>(() => new ResponseRateLimiter(new ResponseRateLimits(), default));
        Assert.Throws<ArgumentException>(() => new DnsStatistics(new DnsStatisticsOptions(), default));
        Assert.Empty(new ZoneCatalog([], NameHash.WithoutSecret).Zones);
    }

    [Fact]
    public void Buckets_are_even()
    {
        NameHash hash = new(0x123456789abcdef, 0xfedcba987654321);
        int[] buckets = new int[1024];
        for (int i = 0; i < 64 * buckets.Length; i++)
        {
            buckets[hash.Of(DomainName.Parse($"host-{i}.zone.example").Wire) % (ulong)buckets.Length]++;
        }

        // 64 each, with a deviation of 8: seven of them are far out.
        Assert.InRange(buckets.Min(), 8, 64);
        Assert.InRange(buckets.Max(), 64, 120);
    }
}
