using System.Net;
using System.Security.Cryptography;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Server;

public sealed class NotifySenderTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);

    private readonly VirtualTime _time = new(1);
    private readonly MemoryDatagramTransport _network = new();

    [Fact]
    public async Task A_secondary_that_answers_is_told_once()
    {
        await using Secondary secondary = await Secondary.StartAsync(_network, _time, answersFrom: 1);
        await using NotifySender sender = await StartAsync();
        Assert.True(sender.TryNotify(TestZone.Of(TestZone.Soa), secondary.Address, Key));
        await secondary.HeardAsync(1);
        await WhenAsync(() => sender.Count == 0);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, secondary.Count);
    }

    [Fact]
    public async Task One_that_was_asleep_is_told_again()
    {
        await using Secondary secondary = await Secondary.StartAsync(_network, _time, answersFrom: 3);
        await using NotifySender sender = await StartAsync();
        sender.TryNotify(TestZone.Of(TestZone.Soa), secondary.Address, Key);
        await secondary.HeardAsync(1);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(1, secondary.Count);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await secondary.HeardAsync(2);
        _time.Advance(TimeSpan.FromSeconds(10));
        await secondary.HeardAsync(3);
        await WhenAsync(() => sender.Count == 0);
    }

    [Fact]
    public async Task One_that_is_gone_is_given_up()
    {
        await using NotifySender sender = await StartAsync();
        sender.TryNotify(TestZone.Of(TestZone.Soa), new PeerAddress(IPAddress.Parse("192.0.2.1"), 53));
        _time.Advance(TimeSpan.FromSeconds(194));
        Assert.Equal(1, sender.Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, sender.Count);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Many_are_told_in_turn_and_none_after_the_end()
    {
        await using Secondary secondary = await Secondary.StartAsync(_network, _time, answersFrom: int.MaxValue);
        NotifySender sender = await StartAsync();
        for (int i = 0; i < 30; i++)
        {
            Assert.True(sender.TryNotify(TestZone.Of(TestZone.Soa), secondary.Address.WithPort(i == 0 ? secondary.Address.Port : 2000 + i)));
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        await secondary.HeardAsync(1);
        await sender.DisposeAsync();
        Assert.False(sender.TryNotify(TestZone.Of(TestZone.Soa), secondary.Address));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, secondary.Count);
    }

    private ValueTask<NotifySender> StartAsync() =>
        NotifySender.StartAsync(_network, RandomNumberGenerator.Create(), from: new IPEndPoint(IPAddress.Loopback, 0), timeProvider: _time);

    private static async Task WhenAsync(Func<bool> condition)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!condition() && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10))
        {
            await Task.Yield();
        }

        Assert.True(condition());
    }

    /// <summary>A secondary that answers from a certain notice on.</summary>
    private sealed class Secondary(VirtualTime time, int answersFrom) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _heard = new(0);
        private IDatagramPort? _port;
        private int _count;
        private int _awaited;

        public int Count => Volatile.Read(ref _count);

        public PeerAddress Address => new(_port!.LocalEndPoint);

        public static async Task<Secondary> StartAsync(MemoryDatagramTransport network, VirtualTime time, int answersFrom)
        {
            Secondary secondary = new(time, answersFrom);
            secondary._port = await network.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), secondary.Receive);
            return secondary;
        }

        public async Task HeardAsync(int count)
        {
            for (; _awaited < count; _awaited++)
            {
                Assert.True(await _heard.WaitAsync(TimeSpan.FromSeconds(10)));
            }
        }

        public ValueTask DisposeAsync() => _port!.DisposeAsync();

        private void Receive(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                byte[] notice = batch[i].Payload.ToArray();
                if (Interlocked.Increment(ref _count) >= answersFrom)
                {
                    TsigTransaction server = new(Key);
                    Assert.Equal(DnsResponseCode.NoError, Messages.Check(server, notice, time.GetUtcNow()));
                    byte[] answer = Messages.Query(Messages.IdOf(notice), "example.org", DnsType.SOA);
                    answer[2] |= 0x80 | ((byte)DnsOpcode.Notify << 3);
                    batch.Reply(i, Messages.Sign(server, answer, time.GetUtcNow()));
                }

                _heard.Release();
            }
        }
    }
}
