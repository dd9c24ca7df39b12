using System.Buffers.Binary;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Tests.Session;

namespace Ropewalk.Dns.Tests.Server.Statistics;

public sealed class HeavyHittersTests
{
    [Fact]
    public void What_fits_is_counted_exactly()
    {
        HeavyHitters hitters = new(8, 8);
        for (int i = 0; i < 100; i++)
        {
            Add(hitters, i % 7, 1 + (i % 3));
        }

        Dictionary<long, long> expected = Enumerable.Range(0, 100).GroupBy(i => i % 7).ToDictionary(group => (long)group.Key, group => group.Sum(i => 1L + (i % 3)));
        Assert.Equal(expected, CountsOf(hitters).ToDictionary(one => one.Key, one => one.Value.Count));
        Assert.All(hitters.Counters.ToArray(), one => Assert.Equal(0, one.Excess));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_flood_of_random_keys_takes_no_memory_and_hides_nobody_who_asks_much(int seed)
    {
        HeavyHitters hitters = new(256, 8);
        long bytes = hitters.TableBytes;
        Random random = new(seed);
        Dictionary<long, long> truth = [];
        const int Total = 400_000;
        long allocated = 0;
        for (int i = 0; i < Total; i++)
        {
            // Ten keys with one percent each, the last one only from the middle on; all else comes once.
            int which = random.Next(100);
            long key = which < 9 || (which == 9 && i > Total / 2) ? which : random.NextInt64(1000, long.MaxValue);
            truth[key] = truth.GetValueOrDefault(key) + 1;
            long before = GC.GetAllocatedBytesForCurrentThread();
            Add(hitters, key, 1);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(bytes, hitters.TableBytes);
        Assert.Equal(256, hitters.Count);
        Dictionary<long, HeavyHitter> found = CountsOf(hitters);
        Assert.Equal(Total, found.Values.Sum(one => one.Count));
        Assert.All(found, one =>
        {
            Assert.InRange(truth[one.Key], one.Value.Count - one.Value.Excess, one.Value.Count);
            Assert.InRange(one.Value.Excess, 0, Total / 256);
        });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), found.OrderByDescending(one => one.Value.Count - one.Value.Excess).Take(10).Select(one => one.Key).Order());
    }

    [Fact]
    public void After_it_is_cleared_it_is_as_new()
    {
        HeavyHitters hitters = new(4, 8);
        for (int i = 0; i < 100; i++)
        {
            Add(hitters, i, i);
        }

        hitters.Clear();
        Assert.Equal(0, hitters.Count);
        Add(hitters, 99, 5);
        Assert.Equal((5L, 0L), CountsOf(hitters).Select(one => (one.Value.Count, one.Value.Excess)).Single());
    }

    [Fact]
    public void What_is_older_than_ten_minutes_is_forgotten_and_what_is_younger_than_five_is_not()
    {
        RecentHitters recent = new(4, 8);
        DateTimeOffset now = Messages.Now;
        recent.Turn(now);
        recent.Add(1, [1], 1);
        recent.Turn(now + TimeSpan.FromMinutes(4.9));
        Assert.Equal(1, recent.Fed.Count);
        recent.Turn(now + TimeSpan.FromMinutes(5));
        Assert.Equal((0, 1), (recent.Fed.Count, recent.Former.Count));
        recent.Turn(now + TimeSpan.FromMinutes(10));
        Assert.Equal((0, 0), (recent.Fed.Count, recent.Former.Count));
        recent.Add(1, [1], 1);
        // Nobody asked for long; and a clock set back by a day.
        recent.Turn(now + TimeSpan.FromHours(2));
        Assert.Equal((0, 0), (recent.Fed.Count, recent.Former.Count));
        recent.Add(1, [1], 1);
        recent.Turn(now - TimeSpan.FromDays(1));
        Assert.Equal((0, 0), (recent.Fed.Count, recent.Former.Count));
    }

    private static void Add(HeavyHitters hitters, long key, long weight)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, key);
        hitters.Add((ulong)key * 0x9E3779B97F4A7C15UL, bytes, weight);
    }

    private static Dictionary<long, HeavyHitter> CountsOf(HeavyHitters hitters)
    {
        Dictionary<long, HeavyHitter> counts = [];
        for (int i = 0; i < hitters.Count; i++)
        {
            counts.Add(BinaryPrimitives.ReadInt64BigEndian(hitters[i]), hitters.Counters[i]);
        }

        return counts;
    }
}
