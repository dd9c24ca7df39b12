using System.Net;
using System.Threading.Channels;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>What only a port without a thread of its own does.</summary>
public sealed class PooledPortTests
{
    private static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_port_with_one_peer_hears_and_tells_nobody_else()
    {
        DatagramTransport network = new();
        await using RecordingPort peer = await RecordingPort.BindAsync(network, DatagramKind.Portable.NewOptions());
        await using RecordingPort other = await RecordingPort.BindAsync(network, DatagramKind.Portable.NewOptions());
        Channel<string> heard = Channel.CreateUnbounded<string>();
        await using IDatagramPort port = await network.BindAsync(Loopback, Hear, OptionsFor(peer.Port.LocalEndPoint));
        other.Send(port.LocalEndPoint, "other");
        peer.Send(port.LocalEndPoint, "peer");
        Assert.Equal("peer", await heard.Reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, port.ReadCounters().Received);
        Assert.True(port.TrySend(new PeerAddress(peer.Port.LocalEndPoint), "x"u8));
        Assert.False(port.TrySend(new PeerAddress(other.Port.LocalEndPoint), "x"u8));
        Assert.Equal(1, port.ReadCounters().Dropped);
        await port.StopAsync(TestContext.Current.CancellationToken);

        void Hear(ref DatagramBatch batch) => heard.Writer.TryWrite(System.Text.Encoding.ASCII.GetString(batch[0].Payload));
    }

    [Fact]
    public async Task A_peer_that_is_not_there_is_told_of()
    {
        DatagramTransport network = new();
        RecordingPort gone = await RecordingPort.BindAsync(network, DatagramKind.Portable.NewOptions());
        IPEndPoint nowhere = gone.Port.LocalEndPoint;
        await gone.DisposeAsync();
        TaskCompletionSource<int> refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                if (batch.IsRefused)
                {
                    refused.TrySetResult(batch.Count);
                }
            },
            OptionsFor(nowhere));
        Assert.True(port.TrySend(new PeerAddress(nowhere), "anybody?"u8));
        Assert.Equal(0, await refused.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal(1, port.ReadCounters().ReceiveErrors);
    }

    [Fact]
    public void A_port_with_workers_is_not_pooled() =>
        Assert.Throws<NotSupportedException>(() => DatagramPort.Bind(Loopback, (ref DatagramBatch batch) => { }, DatagramKind.Pooled.NewOptions()));

    private static DatagramPortOptions OptionsFor(IPEndPoint peer) => new() { Mode = DatagramMode.Pooled, Peer = new PeerAddress(peer) };
}
