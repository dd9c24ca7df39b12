using System.Net;
using Microsoft.Extensions.Options;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

public sealed class ResponseRateLimiterTests
{
    private static readonly byte[] Name = DomainName.Parse("www.example.org.").Wire.ToArray();

    private readonly ResponseRateLimits _limits = new() { TableEntries = 4096 };

    [Fact]
    public void A_network_gets_a_burst_and_then_its_rate()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        Assert.Equal(125, Sent(limiter, "192.0.2.1", 1000, TimeSpan.Zero));
        // Ten seconds of 1,000 questions each.
        Assert.InRange(Enumerable.Range(1, 10).Sum(second => Sent(limiter, "192.0.2.1", 1000, TimeSpan.FromSeconds(second))), 499, 501);
        // Nobody asks for a minute.
        Assert.Equal(125, Sent(limiter, "192.0.2.1", 1000, TimeSpan.FromSeconds(70)));
    }

    [Fact]
    public void A_rate_below_the_limit_is_never_limited()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        for (int i = 0; i < 49 * 60; i++)
        {
            Assert.Equal(RateVerdict.Send, limiter.Take(Peer("192.0.2.1"), ResponseClass.Positive, Name, Messages.Now.AddSeconds(i / 49.0)));
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.200", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("65.0.2.1", "97.0.2.1", false)]
    [InlineData("2001:db8:1:200::1", "2001:db8:1:2ff:1::9", true)]
    [InlineData("2001:db8:1:200::1", "2001:db8:1:300::1", false)]
    [InlineData("192.0.2.1", "c000:0201::", false)]
    public void A_network_is_24_bits_or_56(string one, string other, bool isSame)
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        Sent(limiter, one, 200, TimeSpan.Zero);
        Assert.Equal(isSame ? 0 : 125, Sent(limiter, other, 200, TimeSpan.Zero));
    }

    [Fact]
    public void Classes_and_names_are_counted_apart_and_the_case_of_a_name_does_not_count()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        Sent(limiter, "192.0.2.1", 200, TimeSpan.Zero);
        Assert.Equal(RateVerdict.Send, limiter.Take(Peer("192.0.2.1"), ResponseClass.NameError, Name, Messages.Now));
        Assert.Equal(RateVerdict.Send, limiter.Take(Peer("192.0.2.1"), ResponseClass.Positive, DomainName.Parse("b.example.org.").Wire, Messages.Now));
        Assert.NotEqual(RateVerdict.Send, limiter.Take(Peer("192.0.2.1"), ResponseClass.Positive, DomainName.Parse("WWW.EXAMPLE.org.").Wire, Messages.Now));
    }

    [Fact]
    public void All_names_together_have_a_rate_too()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        int sent = 0;
        for (int i = 0; i < 10_000; i++)
        {
            sent += limiter.Take(Peer("192.0.2.1"), ResponseClass.Positive, DomainName.Parse($"a{i}.example.org.").Wire, Messages.Now) == RateVerdict.Send ? 1 : 0;
        }

        Assert.Equal(4000, sent);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 100)]
    [InlineData(2, 50)]
    [InlineData(3, 33)]
    public void Every_so_many_limited_answers_say_that_they_were_cut(int slip, int expected)
    {
        _limits.Slip = slip;
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        Sent(limiter, "192.0.2.1", 125, TimeSpan.Zero);
        RateVerdict[] verdicts = [.. Enumerable.Range(0, 100).Select(_ => limiter.Take(Peer("192.0.2.1"), ResponseClass.Positive, Name, Messages.Now))];
        Assert.Equal(expected, verdicts.Count(verdict => verdict == RateVerdict.Truncate));
        Assert.Equal(100 - expected, verdicts.Count(verdict => verdict == RateVerdict.Drop));
        Assert.Equal(100, limiter.LimitedCount);
    }

    [Fact]
    public void Who_is_exempt_is_not_limited()
    {
        _limits.Exempt = AccessRules.Parse("192.0.2.0/25");
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        Assert.Equal(1000, Sent(limiter, "192.0.2.1", 1000, TimeSpan.Zero));
        Assert.Equal(125, Sent(limiter, "192.0.2.128", 1000, TimeSpan.Zero));
    }

    [Fact]
    public void The_table_has_one_size_and_a_flood_of_networks_does_not_free_who_is_limited()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        long size = limiter.TableBytes;
        Assert.InRange(size, 4096 * 20, 4096 * 30);
        Sent(limiter, "192.0.2.1", 1000, TimeSpan.Zero);
        PeerAddress[] peers = [.. Enumerable.Range(0, 100_000).Select(PeerOf)];
        Flood(limiter, peers);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Flood(limiter, peers);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(size, limiter.TableBytes);
        Assert.Equal(0, Sent(limiter, "192.0.2.1", 1000, TimeSpan.Zero));
    }

    [Fact]
    public void A_clock_that_is_set_back_gives_nothing_and_takes_nothing()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        Sent(limiter, "192.0.2.1", 1000, TimeSpan.FromHours(1));
        Assert.Equal(0, Sent(limiter, "192.0.2.1", 1000, TimeSpan.Zero));
        Assert.InRange(Sent(limiter, "192.0.2.1", 1000, TimeSpan.FromSeconds(1)), 49, 51);
    }

    [Fact]
    public void Several_threads_send_no_more_than_one()
    {
        ResponseRateLimiter limiter = new(_limits, TestZone.Hash);
        int sent = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => Interlocked.Add(ref sent, Sent(limiter, "192.0.2.1", 20_000, TimeSpan.Zero))))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal((125, 80_000 - 125), (sent, limiter.LimitedCount));
    }

    [Fact]
    public void Wrong_limits_are_told_all_at_once()
    {
        ResponseRateLimits limits = new() { PerSecond = 0, Burst = 0, TableEntries = 1, Slip = -1, IPv4Bits = 33, Exempt = null! };
        Assert.Equal(6, Assert.Throws<OptionsValidationException>(() => new ResponseRateLimiter(limits, TestZone.Hash)).Failures.Count());
    }

    private static void Flood(ResponseRateLimiter limiter, PeerAddress[] peers)
    {
        foreach (PeerAddress peer in peers)
        {
            limiter.Take(peer, ResponseClass.Positive, Name, Messages.Now);
        }
    }

    private static PeerAddress PeerOf(int i) => new(new IPAddress(new ReadOnlySpan<byte>([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i])), 53);

    private static PeerAddress Peer(string address) => new(IPAddress.Parse(address), 53);

    private static int Sent(ResponseRateLimiter limiter, string address, int times, TimeSpan at)
    {
        int sent = 0;
        for (int i = 0; i < times; i++)
        {
            sent += limiter.Take(Peer(address), ResponseClass.Positive, Name, Messages.Now + at) == RateVerdict.Send ? 1 : 0;
        }

        return sent;
    }
}
