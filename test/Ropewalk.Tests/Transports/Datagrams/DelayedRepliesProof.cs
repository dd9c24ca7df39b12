using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>
/// A proof of the seam: a server that answers some questions at once, in the batch that brought them, and others later and in another order,
/// from another thread, as a resolver does that has to ask somebody else first. Some it never answers. Each answer reaches the one who asked,
/// from the address where it was asked; what waits is bounded, and holds no buffer.
/// </summary>
public sealed class DelayedRepliesProof
{
    private const int PendingLimit = 256;
    private const int Clients = 8;
    private const int EachAsks = 2_000;
    private const int Window = 16;

    [Fact]
    public async Task Batched_udp_with_delayed_replies()
    {
        DatagramKind.Batched.Require();
        var late = new LateAnswers();
        var options = new DatagramPortOptions { Workers = 2 };
        await using DatagramPort port = DatagramPort.Bind(new IPEndPoint(IPAddress.Any, 0), late.Serve, options);
        var upstream = new Thread(late.Answer) { IsBackground = true };
        upstream.Start();

        // each client asks at an address of its own and, being connected, hears that address only
        Tally[] tallies = await Task.WhenAll(Enumerable.Range(0, Clients).Select(n => Task.Factory.StartNew(
            () => AskAll(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(n + 1)]), port.LocalEndPoint.Port)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        late.End();
        upstream.Join();
        await port.StopAsync();

        foreach (Tally tally in tallies)
        {
            Assert.Equal(EachAsks, tally.AtOnce + tally.Late + tally.Never);
            Assert.Equal(0, tally.Wrong);
            Assert.Equal(EachAsks / 100, tally.Never);
            Assert.Equal(EachAsks / 2, tally.AtOnce);
        }

        DatagramCounters counters = port.ReadCounters();
        Assert.Equal(Clients * EachAsks, counters.Received);
        Assert.Equal(Clients * (EachAsks - (EachAsks / 100)), counters.Sent);
        Assert.Equal(0, counters.Dropped + counters.HandlerFailures + counters.Overflowed);
        Assert.InRange(late.MostPending, 2, PendingLimit);
        Assert.True(late.OutOfOrder > 0, "the late answers came in the order of the questions");
    }

    // A question is its number; the answer is the number and how it was answered.
    private static Tally AskAll(IPEndPoint at)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.Connect(at);
        var tally = new Tally();
        var answered = new bool[EachAsks];
        Span<byte> bytes = stackalloc byte[8];
        int asked = 0;
        int open = 0;
        while (asked < EachAsks || open > 0)
        {
            while (asked < EachAsks && open < Window)
            {
                BitConverter.TryWriteBytes(bytes, asked);
                socket.Send(bytes[..4]);
                if (asked % 100 == 99)
                {
                    tally.Never++;  // nobody will answer this one
                }
                else
                {
                    open++;
                }

                asked++;
            }

            if (open == 0)
            {
                break;
            }

            int length = socket.Receive(bytes);
            int number = BitConverter.ToInt32(bytes);
            bool wasLate = bytes[4] == 'l';
            if (length != 5 || number >= asked || answered[number] || wasLate != (number % 2 == 1) || number % 100 == 99)
            {
                tally.Wrong++;
                continue;
            }

            answered[number] = true;
            tally.AtOnce += wasLate ? 0 : 1;
            tally.Late += wasLate ? 1 : 0;
            open--;
        }

        return tally;
    }

    private sealed class Tally
    {
        public int AtOnce;
        public int Late;
        public int Never;
        public int Wrong;
    }

    private sealed class LateAnswers
    {
        private readonly BlockingCollection<(ReplyTo To, int Number)> _pending = new(PendingLimit);
        private int _mostPending;

        public int MostPending => _mostPending;

        public int OutOfOrder { get; private set; }

        public void End() => _pending.CompleteAdding();

        public void Serve(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                int number = BitConverter.ToInt32(batch[i].Payload);
                if (number % 100 == 99)
                {
                    continue;
                }

                if (number % 2 == 0)
                {
                    Span<byte> reply = batch.GetReply(i, 5);
                    BitConverter.TryWriteBytes(reply, number);
                    reply[4] = (byte)'n';
                    batch.Reply(i, 5);
                }
                else if (_pending.TryAdd((batch.GetReplyTo(i), number)))
                {
                    InterlockedMax(_pending.Count);
                }
            }
        }

        /// <summary>Answers what has gathered, the newest first.</summary>
        public void Answer()
        {
            var gathered = new Stack<(ReplyTo To, int Number)>();
            Span<byte> reply = stackalloc byte[5];
            while (_pending.TryTake(out (ReplyTo To, int Number) first, Timeout.Infinite))
            {
                gathered.Push(first);
                while (gathered.Count < PendingLimit && _pending.TryTake(out (ReplyTo To, int Number) next))
                {
                    gathered.Push(next);
                }

                OutOfOrder += gathered.Count > 1 ? 1 : 0;
                while (gathered.TryPop(out (ReplyTo To, int Number) answer))
                {
                    BitConverter.TryWriteBytes(reply, answer.Number);
                    reply[4] = (byte)'l';
                    Assert.True(answer.To.TrySend(reply));
                }
            }
        }

        private void InterlockedMax(int count)
        {
            int seen = Volatile.Read(ref _mostPending);
            while (count > seen)
            {
                int was = Interlocked.CompareExchange(ref _mostPending, count, seen);
                if (was == seen)
                {
                    return;
                }

                seen = was;
            }
        }
    }
}
