using System.Net;
using Ropewalk.Policies;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>
/// A datagram costs no allocation: not to receive, not to look at, not to answer, early or late. Each worker's whole loop runs between two
/// calls of its handler, so what the thread has allocated from one call to another is what the port allocates.
/// </summary>
public sealed class DatagramAllocationTests
{
    private const int Total = 100_000;
    private const int Warmup = 2_000;

    [Theory]
    [InlineData(DatagramKind.Batched, "127.0.0.1")]
    [InlineData(DatagramKind.Batched, "0.0.0.0")]
    [InlineData(DatagramKind.Batched, "::")]
    [InlineData(DatagramKind.Portable, "127.0.0.1")]
    public async Task A_hundred_thousand_datagrams_allocate_nothing(DatagramKind kind, string bound)
    {
        kind.Require();
        Assert.SkipUnless(bound != "::" || System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6 here");
        var limiter = new Dictionary<PeerPrefix, long> { [new PeerAddress(IPAddress.Loopback, 0).GetPrefix()] = 0 };
        var done = new TaskCompletionSource();
        int total = kind == DatagramKind.Portable ? Total / 5 : Total;
        int received = 0;
        var server = new Meter(Serve);
        var client = new Meter(AskNext);
        await using IDatagramPort port = await kind.NewNetwork().BindAsync(
            new IPEndPoint(IPAddress.Parse(bound), 0), new AddressFilterPolicy(new AddressFilterOptions { Deny = { "203.0.113.0/24", "2001:db8::/32" } }).Apply(server.Handle), kind.NewOptions());
        await using IDatagramPort source = await kind.NewNetwork().BindAsync(
            new IPEndPoint(IPAddress.Loopback, 0), client.Handle, kind.NewOptions());
        var at = new PeerAddress(IPAddress.Loopback, port.LocalEndPoint.Port);
        for (int i = 0; i < 64; i++)
        {
            Assert.True(source.TrySend(at, "question"u8));
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.Equal(0, server.Allocated);
        Assert.Equal(0, client.Allocated);
        Assert.True(limiter.Values.Single() >= total);

        void Serve(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                Datagram question = batch[i];
                limiter[question.Peer.GetPrefix()]++;
                if (question.LocalAddress.IsIPv4 && (i & 1) == 0)
                {
                    question.Payload.CopyTo(batch.GetReply(i, question.Payload.Length));
                    batch.Reply(i, question.Payload.Length);
                }
                else
                {
                    batch.GetReplyTo(i).TrySend(question.Payload);
                }
            }
        }

        void AskNext(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                batch.ReplyInPlace(i, batch[i].Payload.Length);
            }

            received += batch.Count;
            if (received >= total)
            {
                done.TrySetResult();
            }
        }
    }

    private sealed class Meter(DatagramHandler inner)
    {
        private long _calls;
        private long _start;
        private long _allocated;

        public long Allocated => Volatile.Read(ref _allocated);

        public void Handle(ref DatagramBatch batch)
        {
            inner(ref batch);
            if (++_calls == Warmup)
            {
                _start = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_calls > Warmup)
            {
                Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread() - _start);
            }
        }
    }
}
