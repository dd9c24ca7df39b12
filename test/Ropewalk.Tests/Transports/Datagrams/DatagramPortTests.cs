using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>What every port does, whatever it stands on.</summary>
public sealed class DatagramPortTests
{
    public static TheoryData<DatagramKind> Kinds => [DatagramKind.Batched, DatagramKind.Portable, DatagramKind.Pooled, DatagramKind.Memory, DatagramKind.Simulated];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answers_from_a_slot_a_copy_and_in_place(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(Loopback, Answer, kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());

        foreach (string question in (string[])["slot", "copy", "place"])
        {
            client.Send(port.LocalEndPoint, question);
            (PeerAddress from, byte[] payload) = await client.ReceiveAsync();
            Assert.Equal(new PeerAddress(port.LocalEndPoint), from);
            Assert.Equal(question.ToUpperInvariant(), Encoding.ASCII.GetString(payload));
        }

        static void Answer(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                ReadOnlySpan<byte> question = batch[i].Payload;
                switch (question[0])
                {
                    case (byte)'s':
                        Ascii.ToUpper(question, batch.GetReply(i, question.Length), out int length);
                        batch.Reply(i, length);
                        break;
                    case (byte)'c':
                        batch.Reply(i, "COPY"u8);
                        break;
                    default:
                        Ascii.ToUpperInPlace(batch.GetBuffer(i)[..question.Length], out _);
                        batch.ReplyInPlace(i, question.Length);
                        break;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_empty_datagram_is_a_datagram(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(Loopback, Echo, kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, []);
        Assert.Empty((await client.ReceiveAsync()).Payload);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_long_datagram_is_cut_and_marked_and_one_that_just_fits_is_not(DatagramKind kind)
    {
        kind.Require();
        DatagramPortOptions options = kind.NewOptions();
        options.MaxDatagramBytes = 64;  // a whole cache line: the slot of a portable port must still be one byte longer
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    batch.Reply(i, Encoding.ASCII.GetBytes($"{batch[i].Payload.Length} {batch[i].IsTruncated}"));
                }
            },
            options);
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());

        client.Send(port.LocalEndPoint, new byte[64]);
        Assert.Equal("64 False", await client.ReceiveTextAsync());
        client.Send(port.LocalEndPoint, new byte[65]);
        Assert.Equal("64 True", await client.ReceiveTextAsync());
        client.Send(port.LocalEndPoint, new byte[60_000]);
        Assert.Equal("64 True", await client.ReceiveTextAsync());
        Assert.Equal(2, port.ReadCounters().Truncated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task More_replies_than_slots_all_leave(DatagramKind kind)
    {
        kind.Require();
        DatagramPortOptions options = kind.NewOptions();
        options.BatchSize = 4;
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    for (byte n = 0; n < 11; n++)
                    {
                        batch.GetReply(i, 1)[0] = n;
                        batch.Reply(i, 1);
                    }
                }
            },
            options);
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, "x");
        for (byte n = 0; n < 11; n++)
        {
            Assert.Equal(n, Assert.Single((await client.ReceiveAsync()).Payload));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_handler_that_throws_costs_its_batch_and_nothing_else(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                batch.Reply(0, batch[0].Payload);
                if (batch[0].Payload[0] == 'b')
                {
                    throw new InvalidOperationException("a handler's own fault");
                }
            },
            kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());

        client.Send(port.LocalEndPoint, "bad");
        Assert.Equal("bad", await client.ReceiveTextAsync());  // what was queued before the throw leaves
        client.Send(port.LocalEndPoint, "good");
        Assert.Equal("good", await client.ReceiveTextAsync());
        Assert.Equal(1, port.ReadCounters().HandlerFailures);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Misuse_of_a_batch_is_told(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        var told = Channel.CreateUnbounded<string>();
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                try
                {
                    switch (batch[0].Payload[0])
                    {
                        case (byte)'i':
                            _ = batch[batch.Count];
                            break;
                        case (byte)'n':
                            batch.Reply(0, 1);
                            break;
                        case (byte)'l':
                            batch.GetReply(0, batch.MaxReplyBytes + 1);
                            break;
                        case (byte)'p':
                            batch.ReplyInPlace(0, -1);
                            break;
                    }
                }
                catch (Exception error)
                {
                    told.Writer.TryWrite(error.GetType().Name);
                }
            },
            kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        foreach (string misuse in (string[])["index", "no slot", "long", "place"])
        {
            client.Send(port.LocalEndPoint, misuse);
            Assert.Equal(
                misuse == "no slot" ? nameof(InvalidOperationException) : nameof(ArgumentOutOfRangeException),
                await told.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_handler_can_send_to_somebody_else(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        await using RecordingPort third = await RecordingPort.BindAsync(network, kind.NewOptions());
        PeerAddress to = third.Address;
        await using IDatagramPort port = await network.BindAsync(
            Loopback, (ref DatagramBatch batch) => batch.Send(to, batch[0].Payload), kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, "onward");
        (PeerAddress from, byte[] payload) = await third.ReceiveAsync();
        Assert.Equal(new PeerAddress(port.LocalEndPoint), from);
        Assert.Equal("onward"u8, payload);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Counts_what_it_did(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(Loopback, Echo, kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        for (int i = 0; i < 10; i++)
        {
            client.Send(port.LocalEndPoint, "12345");
            await client.ReceiveAsync();
        }

        await port.StopAsync();
        DatagramCounters counters = port.ReadCounters();
        Assert.Equal(10, counters.Received);
        Assert.Equal(50, counters.ReceivedBytes);
        Assert.Equal(10, counters.Sent);
        Assert.Equal(50, counters.SentBytes);
        Assert.InRange(counters.Batches, 1, 10);
        Assert.Equal(0, counters.Dropped + counters.Truncated + counters.HandlerFailures + counters.ReceiveErrors + counters.Overflowed);
        Assert.Equal(10, client.Port.ReadCounters().Sent);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_queue_is_counted(DatagramKind kind)
    {
        kind.Require();
        DatagramPortOptions options = kind.NewOptions();
        options.ReceiveBufferBytes = 4096;
        IDatagramPortFactory network = kind.NewNetwork();
        using var inside = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                inside.Release();
                gate.Wait();
            },
            options);
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, "first");
        await inside.WaitAsync();
        for (int i = 0; i < 100; i++)
        {
            client.Send(port.LocalEndPoint, new byte[1000]);
        }

        if (kind == DatagramKind.Simulated)
        {
            // the others put them into the queue before they return
            await Eventually.HoldsAsync(() => port.ReadCounters().Overflowed > 50, "the queue has overflowed");
        }

        DatagramCounters counters = port.ReadCounters();
        gate.Set();
        Assert.True(kind is DatagramKind.Portable or DatagramKind.Pooled ? counters.Overflowed == 0 : counters.Overflowed > 50, counters.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_address_in_use_is_refused(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        DatagramPortOptions options = kind.NewOptions();
        options.Workers = 2;
        await using IDatagramPort port = await network.BindAsync(Loopback, Echo, options);

        // also by one with as many workers, which would otherwise join the group of sockets and take half
        await Assert.ThrowsAsync<AddressInUseException>(async () => await network.BindAsync(port.LocalEndPoint, Echo, options));
        await Assert.ThrowsAsync<AddressInUseException>(async () => await network.BindAsync(port.LocalEndPoint, Echo, kind.NewOptions()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task All_wrong_options_are_told_at_once(DatagramKind kind)
    {
        var wrong = new DatagramPortOptions
        {
            Workers = 0,
            BatchSize = 2000,
            MaxDatagramBytes = 0,
            MaxReplyBytes = 70_000,
            ReceiveBufferBytes = 1,
            SendBufferBytes = 1,
            SendTimeout = TimeSpan.Zero,
            Mode = (DatagramMode)9,
        };
        OptionsValidationException told = await Assert.ThrowsAsync<OptionsValidationException>(
            async () => await kind.NewNetwork().BindAsync(Loopback, Echo, wrong));
        Assert.Equal(8, told.Failures.Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_disposed_port_refuses_and_counts_late_sends(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        var kept = new TaskCompletionSource<ReplyTo>();
        IDatagramPort port = await network.BindAsync(
            Loopback, (ref DatagramBatch batch) => kept.TrySetResult(batch.GetReplyTo(0)), kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, "?");
        ReplyTo replyTo = await kept.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.Equal(client.Address, replyTo.Peer);

        await port.StopAsync();
        Assert.True(replyTo.TrySend("late"u8));  // stopped: receives no more, and may still answer
        Assert.Equal("late", await client.ReceiveTextAsync());
        await port.DisposeAsync();
        await port.DisposeAsync();
        Assert.False(replyTo.TrySend("too late"u8));
        Assert.False(default(ReplyTo).TrySend("nobody"u8));
        Assert.False(port.TrySend(client.Address, "too late"u8));
        Assert.Equal(2, port.ReadCounters().Dropped);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_cannot_be_sent_is_dropped_and_counted(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        var ipv6 = new PeerAddress(IPAddress.IPv6Loopback, 9);
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                batch.Send(ipv6, "an IPv4 port reaches no IPv6 address"u8);
                batch.Send(default, "nobody"u8);
                batch.Reply(0, "still here"u8);
            },
            kind.NewOptions());
        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, "?");
        Assert.Equal("still here", await client.ReceiveTextAsync());
        await port.StopAsync();
        Assert.Equal(2, port.ReadCounters().Dropped);
        Assert.False(port.TrySend(client.Address, new byte[70_000]));
        Assert.Equal(3, port.ReadCounters().Dropped);
    }

    [Theory]
    [InlineData(DatagramKind.Batched)]
    [InlineData(DatagramKind.Portable)]
    public async Task A_reply_to_a_port_that_has_closed_ends_nothing(DatagramKind kind)
    {
        kind.Require();
        IDatagramPortFactory network = kind.NewNetwork();
        await using IDatagramPort port = await network.BindAsync(Loopback, Echo, kind.NewOptions());
        PeerAddress gone;
        await using (RecordingPort leaver = await RecordingPort.BindAsync(network, kind.NewOptions()))
        {
            gone = leaver.Address;
        }

        for (int i = 0; i < 50; i++)
        {
            port.TrySend(gone, "ICMP port unreachable comes back for this"u8);
        }

        await using RecordingPort client = await RecordingPort.BindAsync(network, kind.NewOptions());
        client.Send(port.LocalEndPoint, "alive?");
        Assert.Equal("alive?", await client.ReceiveTextAsync());
    }

    private static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    private static void Echo(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.ReplyInPlace(i, batch[i].Payload.Length);
        }
    }
}
