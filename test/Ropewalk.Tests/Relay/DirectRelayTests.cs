using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Relay;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;
using Ropewalk.Transports.Reactor;

namespace Ropewalk.Tests.Relay;

/// <summary>Bulk between two plain connections of the reactor, which goes through the system's own pipes.</summary>
public sealed class DirectRelayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public DirectRelayTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the reactor is Linux's");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bulk_arrives_whole_and_in_order_at_a_reader_that_stops_now_and_then(bool bothWays)
    {
        int seed = Environment.TickCount;
        await using RelayedPair pair = await RelayedPair.CreateAsync("reactor");
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        byte[] there = Bytes(40_000_000, seed);
        byte[] back = Bytes(bothWays ? 30_000_000 : 0, seed + 1);
        var works = new[]
        {
            WriteAllAsync(pair.Client, there), WriteAllAsync(pair.Server, back), CheckAllAsync(pair.Server, there, seed), CheckAllAsync(pair.Client, back, seed),
        };
        await Task.WhenAll(works).WaitAsync(Patience);
        RelayOutcome outcome = await relay.WaitAsync(Patience);
        Assert.Equal((there.Length, back.Length, ConnectionEndReason.Completed), (outcome.NearToFarBytes, outcome.FarToNearBytes, outcome.End.Reason));
        Assert.Equal(there.Length, pair.Near.Features.Get<IConnectionCountersFeature>()!.ReceivedBytes);
        Assert.Equal(there.Length, pair.Far.Features.Get<IConnectionCountersFeature>()!.SentBytes);
        Assert.True(SplicePipe.Count > 0, "it did not go through a pipe");
    }

    [Fact]
    public async Task Urgent_data_in_the_midst_of_bulk_cuts_nothing_off()
    {
        using var transport = new ReactorTransport();
        await using IConnectionListener near = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using IConnectionListener far = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket source = new(SocketType.Stream, ProtocolType.Tcp);
        await source.ConnectAsync(near.EndPoint);
        await using ConnectionContext from = (await near.AcceptAsync())!;
        await using ConnectionContext to = await transport.ConnectAsync(far.EndPoint);
        await using ConnectionContext sink = (await far.AcceptAsync())!;
        byte[] bytes = Bytes(4_000_000, 9);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(from, to);
        Task reading = CheckAllAsync(sink, bytes, 9);
        await source.SendAsync(bytes.AsMemory(0, 2_000_000));
        source.Send("!"u8.ToArray(), SocketFlags.OutOfBand);
        await source.SendAsync(bytes.AsMemory(2_000_000));
        source.Shutdown(SocketShutdown.Send);
        await reading.WaitAsync(Patience);
        await sink.Transport.Output.CompleteAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await relay.WaitAsync(Patience)).End.Reason);
    }

    [Fact]
    public async Task Where_no_pipe_is_left_it_is_copied()
    {
        var taken = new List<IDirectPipe>();
        try
        {
            while (SplicePipe.TryRent() is { } pipe)
            {
                taken.Add(pipe);
            }

            Assert.InRange(SplicePipe.Count, 1, SplicePipe.MaxPipes);
            await using RelayedPair pair = await RelayedPair.CreateAsync("reactor");
            Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
            byte[] bytes = Bytes(3_000_000, 7);
            await Task.WhenAll(WriteAllAsync(pair.Client, bytes), CheckAllAsync(pair.Server, bytes, 7)).WaitAsync(Patience);
            await pair.Server.Transport.Output.CompleteAsync();
            Assert.Equal(bytes.Length, (await relay.WaitAsync(Patience)).NearToFarBytes);
        }
        finally
        {
            taken.ForEach(pipe => pipe.Dispose());
        }
    }

    [Theory]
    [InlineData("client")]
    [InlineData("server")]
    [InlineData("cancel")]
    public async Task A_relay_that_breaks_with_bytes_on_the_way_gives_its_pipe_back(string who)
    {
        byte[] bulk = new byte[16_000_000];
        // a client's reset is told after a second of real time, because what came before it is still to be taken
        for (int i = who == "client" ? 16 : 0; i < 20; i++)
        {
            await using RelayedPair pair = await RelayedPair.CreateAsync("reactor");
            using var cancel = new CancellationTokenSource();
            Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far, cancellationToken: cancel.Token);
            // nobody reads: more than all socket buffers between them hold
            Task writing = WriteAllAsync(pair.Client, bulk);
            IConnectionCountersFeature received = pair.Near.Features.Get<IConnectionCountersFeature>()!;
            await Eventually.HoldsAsync(() => received.ReceivedBytes > 1_000_000, "bulk is on its way");
            switch (who)
            {
                case "client":
                    pair.Client.Abort(new ConnectionAbortedException("test"));
                    break;
                case "server":
                    pair.Server.Abort(new ConnectionAbortedException("test"));
                    break;
                default:
                    await cancel.CancelAsync();
                    break;
            }

            Assert.NotEqual(ConnectionEndReason.Completed, (await relay.WaitAsync(Patience)).End.Reason);
            await Record.ExceptionAsync(() => writing.WaitAsync(Patience));
        }

        var rented = new List<IDirectPipe>();
        await Eventually.HoldsAsync(
            () =>
            {
                while (SplicePipe.TryRent() is { } pipe)
                {
                    rented.Add(pipe);
                }

                // others' tests may hold some for a moment
                return rented.Count > SplicePipe.MaxPipes / 2;
            },
            "they came back");
        rented.ForEach(pipe => pipe.Dispose());
    }

    [Fact]
    public async Task An_output_that_does_not_take_a_pipe_directly_gets_its_bytes_all_the_same()
    {
        (ConnectionContext near, ConnectionContext far) = MemoryTransport.CreatePair();
        byte[] bytes = Bytes(1_000_000, 3);
        using var pipe = new HeldPipe(bytes);
        var output = (StreamOutput)near.Transport.Output;
        Task reading = CheckAllAsync(far, bytes, 3);
        while (pipe.HeldBytes > 0)
        {
            await output.SendAsync(pipe);
        }

        await output.CompleteAsync();
        await reading.WaitAsync(Patience);
        far.Abort();
        near.Abort();
    }

    [Fact]
    public async Task A_connection_without_a_pipe_of_its_own_has_none_to_rent()
    {
        (ConnectionContext near, ConnectionContext far) = MemoryTransport.CreatePair();
        await using RelayedPair pair = await RelayedPair.CreateAsync("reactor");
        Assert.Null(((StreamInput)near.Transport.Input).TryRentDirectPipe((StreamOutput)pair.Far.Transport.Output));
        Assert.Null(((StreamInput)pair.Near.Transport.Input).TryRentDirectPipe((StreamOutput)near.Transport.Output));
        far.Abort();
        near.Abort();
    }

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAllAsync(ConnectionContext connection, byte[] bytes)
    {
        await connection.Transport.Output.WriteAsync(bytes);
        await connection.Transport.Output.CompleteAsync();
    }

    /// <summary>Reads to the end, compares, and gives the others turns at random.</summary>
    private static async Task CheckAllAsync(ConnectionContext connection, byte[] expected, int seed)
    {
        var random = new Random(seed);
        int at = 0;
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                Assert.True(at + piece.Length <= expected.Length && piece.Span.SequenceEqual(expected.AsSpan(at, piece.Length)), $"other bytes from {at} on, seed {seed}");
                at += piece.Length;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                Assert.Equal(expected.Length, at);
                return;
            }

            for (int i = random.Next(100) == 0 ? 200 : 0; i > 0; i--)
            {
                await Task.Yield();
            }
        }
    }

    private sealed class HeldPipe(byte[] bytes) : IDirectPipe
    {
        private int _at;

        public int HeldBytes => bytes.Length - _at;

        public int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, HeldBytes);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public void Dispose()
        {
        }
    }
}
