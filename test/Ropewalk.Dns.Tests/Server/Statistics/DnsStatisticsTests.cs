using System.Net;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Server.Statistics;

public sealed class DnsStatisticsTests
{
    private static readonly byte[] Good = Messages.Query(1);

    [Fact]
    public void Counts_are_exact()
    {
        DatagramRun run = new();
        byte[][] batch =
        [
            Good, Good, Messages.Query(2, type: DnsType.AAAA), Messages.Query(3, "none.example.org"), Messages.Query(4, "www.example.com"), Messages.Query(5, edns: true, version: 1),
            Messages.Query(6, edns: true), Messages.Query(7, type: (DnsType)65_280), Messages.Query(8, "big.example.org", DnsType.TXT), Answered(Good), [1, 2, 3], [.. Good, 0],
        ];
        run.Send(batch);
        run.Send(batch);
        DnsCounts counts = run.Statistics.Capture();
        Assert.Equal(24, counts.Total);
        Assert.Equal(24, counts.Queries[DnsTransport.Udp]);
        Assert.Equal(4, counts.Unanswered);
        Assert.Equal(2, counts.Truncated);
        Assert.Equal(2 * batch.Sum(message => message.Length), counts.ReceivedBytes);
        Assert.Equal(
            new() { [DnsResponseCode.NoError] = 12, [DnsResponseCode.NameError] = 2, [DnsResponseCode.Refused] = 2, [DnsResponseCode.BadVersion] = 2, [DnsResponseCode.FormatError] = 2 },
            counts.Responses.ToDictionary());
        Assert.Equal(new() { [DnsType.A] = 16, [DnsType.AAAA] = 2, [DnsType.TXT] = 2, [DnsType.None] = 2 }, counts.Types.ToDictionary());
        Assert.Equal(24, counts.Durations.Sum(one => one.Count));
        Assert.Equal(Timeout.InfiniteTimeSpan, counts.Durations[^1].Within);
    }

    [Fact]
    public void Workers_of_two_ports_have_books_of_their_own_and_are_added_up()
    {
        DatagramRun run = new();
        run.AddPort();
        run.Send([Good, Good], port: 0);
        run.Send([Good], port: 1);
        run.Send([Good], port: 0);
        Assert.Equal(4, run.Statistics.Capture().Total);
        Assert.Equal(4, Assert.Single(run.Statistics.ListTopNames()).Count + Unfed(run));
    }

    [Fact]
    public void More_workers_than_books_are_counted_too()
    {
        DatagramRun run = new();
        for (int i = 0; i < 70; i++)
        {
            run.AddPort();
            run.Send([Good, Good], port: i);
        }

        Assert.Equal(140, run.Statistics.Capture().Total);
        Assert.Equal(140, run.Statistics.Capture().Responses[DnsResponseCode.NoError]);
    }

    [Fact]
    public void A_quiet_server_counts_every_name_client_and_type()
    {
        DatagramRun run = new();
        for (int i = 0; i < 30; i++)
        {
            run.Time.Advance(TimeSpan.FromMilliseconds(1));
            run.Send([i % 3 == 0 ? Messages.Query(1, "WWW.example.org", DnsType.MX) : Good], i % 2 == 0 ? "192.0.2.9" : "2001:db8:1:2::3");
        }

        Assert.Equal([(DomainName.Parse("www.example.org"), 30L)], run.Statistics.ListTopNames());
        Assert.Equal(["192.0.2.0/24 15", "2001:db8:1::/56 15"], run.Statistics.ListTopClients().Select(one => $"{one.Network} {one.Count}").Order(StringComparer.Ordinal));
        Assert.Equal([(DnsType.A, 20L), (DnsType.MX, 10L)], run.Statistics.ListTopTypes());
    }

    [Fact]
    public void A_busy_one_weighs_the_first_of_each_batch_by_all()
    {
        DatagramRun run = new();
        for (int i = 0; i < 10; i++)
        {
            run.Send(Enumerable.Repeat(Good, 32));
        }

        Assert.Equal([(DomainName.Parse("www.example.org"), 320L)], run.Statistics.ListTopNames());
    }

    [Fact]
    public void Names_of_a_flood_push_out_only_each_other()
    {
        DatagramRun run = new();
        Random random = new(7);
        for (int i = 0; i < 5000; i++)
        {
            run.Time.Advance(TimeSpan.FromMilliseconds(1));
            run.Send([i % 20 == 0 ? Good : Messages.Query(1, $"{random.NextInt64():x}.example.org")]);
        }

        (DomainName name, long count) = run.Statistics.ListTopNames()[0];
        Assert.Equal(DomainName.Parse("www.example.org"), name);
        Assert.InRange(count, 200, 250);
    }

    [Fact]
    public void Minutes_later_the_tops_are_empty_though_nobody_asks()
    {
        DatagramRun run = new();
        run.Send([Good]);
        Assert.Single(run.Statistics.ListTopClients());
        run.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(run.Statistics.ListTopNames());
        Assert.Empty(run.Statistics.ListTopClients());
        Assert.Equal(1, run.Statistics.Capture().Total);
    }

    [Fact]
    public void Names_and_clients_are_not_kept_where_that_is_not_wanted()
    {
        DatagramRun run = new(new DnsStatisticsOptions { TopNames = false, TopClients = false });
        run.Send([Good]);
        Assert.Empty(run.Statistics.ListTopNames());
        Assert.Empty(run.Statistics.ListTopClients());
        Assert.Single(run.Statistics.ListTopTypes());
        Assert.Equal(1, run.Statistics.Capture().Total);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000_000)]
    public void Counting_allocates_nothing(int logEvery)
    {
        DatagramRun run = new(new DnsStatisticsOptions { LogEvery = logEvery }, new LogRecorder(QueryLog.Category));
        byte[][] batch = [.. Enumerable.Range(0, 32).Select(i => Messages.Query((ushort)i, $"n{i}.example.org", edns: i % 2 == 0))];
        run.Send(batch);
        run.Times = 100;
        run.Send(batch);
        run.Times = 2000;
        // Of five rounds the best: what the runtime does on the side while it compiles is counted too.
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = run.AllocatedBytes;
            run.Send(batch);
            least = Math.Min(least, run.AllocatedBytes - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(32 * 10_101, run.Statistics.Capture().Total);
    }

    [Fact]
    public void What_the_limit_of_the_rate_takes_is_counted()
    {
        ResponseRateLimits limits = new() { PerSecond = 1, Burst = 10, Slip = 2 };
        RateLimitedResponder limited = new(new QueryResponder(new ZoneCatalog([TestZone.Of(TestZone.Soa, "www.example.org. 60 IN A 192.0.2.1")], TestZone.Hash)), new ResponseRateLimiter(limits, TestZone.Hash));
        DatagramRun run = new(responder: limited);
        run.Statistics.RateLimits = limited;
        run.Send(Enumerable.Repeat(Good, 30));
        DnsCounts counts = run.Statistics.Capture();
        Assert.Equal((10, 10), (counts.RateDropped, counts.RateTruncated));
        Assert.Equal((10, 10, 20), (counts.Unanswered, counts.Truncated, counts.Responses[DnsResponseCode.NoError]));
    }

    [Fact]
    public void Streams_and_transfers_are_counted()
    {
        DatagramRun run = new();
        StubResponder responder = new();
        StubTransfers transfers = new(3);
        CountedResponder counted = new(responder, transfers, run.Statistics, run.Time);
        byte[] response = new byte[DnsLimits.MessageBytes];
        MessageOrigin tcp = new(new PeerAddress(IPAddress.Loopback, 1), DnsTransport.Tcp, run.Time.GetUtcNow());
        Assert.False(counted.Begin(Good, tcp, response).IsAsked);
        Assert.Equal(Good.Length, counted.Respond(Good, tcp, response));
        counted.Respond(Good, tcp with { Transport = DnsTransport.Tls }, response);
        TransferStart start = counted.Begin(Messages.Query(9, "example.org", DnsType.AXFR), tcp, response);
        Assert.NotNull(start.Transfer);
        start.Transfer.Dispose();
        DnsCounts counts = run.Statistics.Capture();
        Assert.Equal((0, 2, 1), (counts.Queries[DnsTransport.Udp], counts.Queries[DnsTransport.Tcp], counts.Queries[DnsTransport.Tls]));
        Assert.Equal(1, counts.Transfers);
        Assert.Equal(1, counts.Types[DnsType.AXFR]);
        Assert.Equal(2 * Good.Length, counts.SentBytes);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 1, 1)]
    [InlineData(5, 1, 2)]
    [InlineData(64, 32, 0)]
    [InlineData(65, 32, 1)]
    [InlineData(1L << 60, 1, DurationBuckets.Count - 1)]
    public void Each_bucket_is_twice_as_wide_as_the_one_before(long ticks, int count, int bucket)
    {
        Assert.Equal(bucket, DurationBuckets.Of(ticks, count));
        Assert.True(bucket == DurationBuckets.Count - 1 || ticks <= DurationBuckets.BoundOf(bucket).Ticks * count);
    }

    [Fact]
    public void A_reader_at_work_costs_no_query_and_holds_up_no_worker()
    {
        QueryTally tally = new(TestZone.Hash, countsNames: true, countsClients: true, sampleEvery: 0);
        DateTimeOffset now = Messages.Now;
        Assert.True(tally.TryEnter());
        tally.CountBatch(DnsTransport.Udp, 5, Good, default, now, 1);
        Assert.Equal(0, tally.Names!.Fed.Count);
        tally.Leave();
        tally.CountBatch(DnsTransport.Udp, 1, Good, default, now, 1);
        Assert.Equal(6, tally.Names.Fed.Counters[0].Count);
    }

    private static byte[] Answered(byte[] message) => [.. message[..2], (byte)(message[2] | 0x80), .. message[3..]];

    // Of what came at the same moment the last of each worker may still wait for the next.
    private static long Unfed(DatagramRun run) => run.Statistics.Capture().Total - run.Statistics.ListTopNames().Sum(one => one.Count);
}
