using Ropewalk.Dns.Wire;

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
