using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Relay;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Relay;

public sealed class ConnectionRelayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("memory")]
    [InlineData("sockets")]
    [InlineData("reactor")]
    public async Task Bytes_pass_both_ways(string transport)
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync(transport);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        await pair.Client.Transport.Output.WriteAsync("there"u8.ToArray());
        Assert.Equal("there", await ReadAsync(pair.Server, 5));
        await pair.Server.Transport.Output.WriteAsync("and back"u8.ToArray());
        Assert.Equal("and back", await ReadAsync(pair.Client, 8));
        await pair.Client.Transport.Output.CompleteAsync();
        await pair.Server.Transport.Output.CompleteAsync();
        RelayOutcome outcome = await relay.WaitAsync(Patience);
        Assert.Equal((5L, 8L, ConnectionEndReason.Completed), (outcome.NearToFarBytes, outcome.FarToNearBytes, outcome.End.Reason));
    }

    [Theory]
    [InlineData("memory", false)]
    [InlineData("memory", true)]
    [InlineData("sockets", false)]
    [InlineData("sockets", true)]
    [InlineData("reactor", false)]
    [InlineData("reactor", true)]
    public async Task The_end_of_one_side_leaves_the_way_back_open(string transport, bool serverFirst)
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync(transport);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        (ConnectionContext first, ConnectionContext second) = serverFirst ? (pair.Server, pair.Client) : (pair.Client, pair.Server);
        await first.Transport.Output.WriteAsync("last words"u8.ToArray());
        await first.Transport.Output.CompleteAsync();
        Assert.Equal("last words", await ReadToEndAsync(second));

        // the first side has ended long ago; what comes now is answered to nobody but it
        byte[] answer = new byte[300_000];
        new Random(5).NextBytes(answer);
        Task writing = WriteAllAsync(second, answer);
        Assert.Equal(answer, await ReadBytesToEndAsync(first));
        await writing;
        Assert.Equal(ConnectionEndReason.Completed, (await relay.WaitAsync(Patience)).End.Reason);
    }

    [Theory]
    [InlineData("memory", false)]
    [InlineData("memory", true)]
    [InlineData("sockets", false)]
    [InlineData("sockets", true)]
    [InlineData("reactor", false)]
    [InlineData("reactor", true)]
    public async Task A_reset_is_passed_on_as_a_reset(string transport, bool server)
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync(transport);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        (ConnectionContext resetting, ConnectionContext other) = server ? (pair.Server, pair.Client) : (pair.Client, pair.Server);
        resetting.Abort(new ConnectionAbortedException("test"));
        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadToEndAsync(other).WaitAsync(Patience));
        Assert.Equal(ConnectionEndReason.PeerReset, (await relay.WaitAsync(Patience)).End.Reason);
    }

    // not on sockets: .NET tells of a reset only to who reads, and nobody reads while the other side takes nothing; there the idle timeout ends it
    [Theory]
    [InlineData("memory")]
    [InlineData("reactor")]
    public async Task A_reset_is_noticed_while_the_other_side_takes_nothing(string transport)
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync(transport);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        await WriteUntilHeldBackAsync(pair.Client);
        pair.Client.Abort(new ConnectionAbortedException("test"));
        Assert.NotEqual(ConnectionEndReason.Completed, (await relay.WaitAsync(Patience)).End.Reason);
        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadBytesToEndAsync(pair.Server).WaitAsync(Patience));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sockets")]
    [InlineData("reactor")]
    public async Task A_slow_reader_holds_the_writer_back(string transport)
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync(transport);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        long written = await WriteUntilHeldBackAsync(pair.Client);
        // four systems' socket buffers at most; the relay's own share is what its two connections hold
        Assert.InRange(written, 1, 64 << 20);
        Assert.InRange(Held(pair.Near) + Held(pair.Far), 0, 4 << 20);
        Assert.False(relay.IsCompleted);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sockets")]
    [InlineData("reactor")]
    public async Task Everything_arrives_in_order_whatever_the_pieces(string transport)
    {
        int seed = Environment.TickCount;
        await using RelayedPair pair = await RelayedPair.CreateAsync(transport);
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far);
        byte[] there = new byte[3_000_000];
        byte[] back = new byte[2_000_000];
        new Random(seed).NextBytes(there);
        new Random(seed + 1).NextBytes(back);
        Task[] writing = [WritePiecesAsync(pair.Client, there, seed), WritePiecesAsync(pair.Server, back, seed + 2)];
        Task<byte[]> atServer = ReadBytesToEndAsync(pair.Server);
        Task<byte[]> atClient = ReadBytesToEndAsync(pair.Client);
        await Task.WhenAll([.. writing, atServer, atClient]).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True((await atServer).AsSpan().SequenceEqual(there), $"seed {seed}");
        Assert.True((await atClient).AsSpan().SequenceEqual(back), $"seed {seed}");
        Assert.Equal((there.LongLength, back.LongLength), ((await relay).NearToFarBytes, (await relay).FarToNearBytes));
    }

    [Fact]
    public async Task Silence_both_ways_ends_it_after_the_idle_timeout_and_a_byte_postpones_that()
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync("memory");
        var time = new VirtualTime();
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far, new RelayOptions { IdleTimeout = TimeSpan.FromMinutes(10) }, time);
        time.Advance(TimeSpan.FromMinutes(9));
        await pair.Server.Transport.Output.WriteAsync("x"u8.ToArray());
        await ReadAsync(pair.Client, 1);
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(relay.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        RelayOutcome outcome = await relay.WaitAsync(Patience);
        Assert.Equal(ConnectionEndReason.TimedOut, outcome.End.Reason);
        Assert.Equal(ConnectionEndReason.TimedOut, pair.Near.Features.Get<IConnectionEndFeature>()!.End.Reason);
        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadToEndAsync(pair.Client).WaitAsync(Patience));
        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadToEndAsync(pair.Server).WaitAsync(Patience));
    }

    [Fact]
    public async Task Cancelling_resets_both_sides()
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync("memory");
        using var cancel = new CancellationTokenSource();
        Task<RelayOutcome> relay = ConnectionRelay.RunAsync(pair.Near, pair.Far, cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(ConnectionEndReason.Aborted, (await relay.WaitAsync(Patience)).End.Reason);
        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadToEndAsync(pair.Client).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task A_timeout_must_be_one(int seconds)
    {
        await using RelayedPair pair = await RelayedPair.CreateAsync("memory");
        var options = new RelayOptions { IdleTimeout = TimeSpan.FromSeconds(seconds) };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ConnectionRelay.RunAsync(pair.Near, pair.Far, options));
    }

    private static long Held(ConnectionContext connection) => connection.Features.Get<IBufferUseFeature>() is { } use ? use.InputBytes + use.OutputBytes : 0;

    private static async Task<string> ReadAsync(ConnectionContext connection, int length)
    {
        ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(length).AsTask().WaitAsync(Patience);
        string text = Encoding.ASCII.GetString(read.Buffer.Slice(0, length));
        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(length));
        return text;
    }

    private static async Task<string> ReadToEndAsync(ConnectionContext connection) => Encoding.ASCII.GetString(await ReadBytesToEndAsync(connection).WaitAsync(Patience));

    private static async Task<byte[]> ReadBytesToEndAsync(ConnectionContext connection)
    {
        var all = new MemoryStream();
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                all.Write(segment.Span);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return all.ToArray();
            }
        }
    }

    private static async Task WriteAllAsync(ConnectionContext connection, byte[] bytes)
    {
        await connection.Transport.Output.WriteAsync(bytes);
        await connection.Transport.Output.CompleteAsync();
    }

    private static async Task WritePiecesAsync(ConnectionContext connection, byte[] bytes, int seed)
    {
        var random = new Random(seed);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, 1 << random.Next(18));
            await connection.Transport.Output.WriteAsync(bytes.AsMemory(at, length));
            at += length;
        }

        await connection.Transport.Output.CompleteAsync();
    }

    /// <summary>Writes until a flush has been waiting while everything else in this process has come to rest.</summary>
    private static async Task<long> WriteUntilHeldBackAsync(ConnectionContext connection)
    {
        byte[] chunk = new byte[64 * 1024];
        for (long written = 0; ; written += chunk.Length)
        {
            Assert.True(written < 1 << 30, "nothing holds the writer back");
            Task flush = connection.Transport.Output.WriteAsync(chunk).AsTask();
            try
            {
                await flush.WaitAsync(TimeSpan.FromMilliseconds(400));
            }
            catch (TimeoutException)
            {
                return written;
            }
        }
    }
}
