using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

public sealed class WebSocketLayerTests
{
    [Fact]
    public async Task Messages_of_any_kind_and_cut_are_a_stream()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        await peer.SendAsync(WebSocketPeer.Text("ab"), WebSocketPeer.Binary("c"u8), WebSocketPeer.Frame(0x02, "d"u8), WebSocketPeer.Frame(0x80, "e"u8));
        Assert.Equal("abcde", await peer.ReceiveAsync(5));
        await peer.WriteAsync("hello");
        Assert.Equal("binary hello", await peer.ReadAsync());
    }

    [Fact]
    public async Task Pings_are_answered_while_nobody_reads()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        await peer.SendAsync(WebSocketPeer.Frame(0x89, "x"u8), WebSocketPeer.Frame(0x8A, "y"u8), WebSocketPeer.Frame(0x89, ""u8));
        Assert.Equal("pong x", await peer.ReadAsync());
        Assert.Equal("pong ", await peer.ReadAsync());
    }

    [Fact]
    public async Task The_peers_close_is_the_end_and_is_answered_when_the_handler_is_done()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        IWebSocketFeature feature = peer.Server.Features.Get<IWebSocketFeature>()!;
        await peer.SendAsync(WebSocketPeer.Text("bye"), WebSocketPeer.Close(4321));
        Assert.Equal("bye", await peer.ReceiveAsync(3));
        Assert.True((await peer.Server.Transport.Input.ReadAsync()).IsCompleted);
        Assert.Equal((WebSocketCloseCode)4321, feature.PeerCloseCode);
        await peer.WriteAsync("last words");
        Assert.Equal("binary last words", await peer.ReadAsync());
        peer.Server.Transport.Output.Complete();
        Assert.Equal("close 1000", await peer.ReadAsync());
        Assert.Equal("end", await peer.ReadAsync());
        Assert.Equal(ConnectionEndReason.Completed, peer.End.Reason);
        Assert.Contains("4321", peer.End.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_close_is_answered_in_time_although_the_handler_goes_on()
    {
        var time = new VirtualTime();
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { TimeProvider = time });
        await peer.SendAsync(WebSocketPeer.Close(1000));
        Assert.True((await peer.Server.Transport.Input.ReadAsync()).IsCompleted);
        await Eventually.HoldsAsync(() => time.UntilNextTimer == TimeSpan.FromSeconds(10), "the answer has a deadline");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("close 1000", await peer.ReadAsync());
        Assert.Equal("end", await peer.ReadAsync());
        Assert.True((await peer.Server.Transport.Output.WriteAsync("late"u8.ToArray())).IsCompleted);
    }

    [Fact]
    public async Task Disposing_waits_for_the_peers_close_and_no_longer_than_it_may()
    {
        var time = new VirtualTime();
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { TimeProvider = time });
        await peer.WriteAsync("x");
        Task disposing = peer.Server.DisposeAsync().AsTask();
        Assert.Equal("binary x", await peer.ReadAsync());
        Assert.Equal("close 1000", await peer.ReadAsync());
        await Eventually.HoldsAsync(() => time.UntilNextTimer == TimeSpan.FromSeconds(2), "the close has a deadline");
        Assert.False(disposing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await disposing.WaitAsync(WebSocketPeer.Patience);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task Disposing_ends_with_the_peers_close()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { TimeProvider = new VirtualTime() });
        Task disposing = peer.Server.DisposeAsync().AsTask();
        Assert.Equal("close 1000", await peer.ReadAsync());
        await peer.SendAsync(WebSocketPeer.Text("on its way"), WebSocketPeer.Close(1000));
        await disposing.WaitAsync(WebSocketPeer.Patience);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        peer.Server.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
        peer.Server.Transport.Output.Complete();
        Assert.Equal("close 1001", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_handler_chooses_what_the_close_says()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        IWebSocketFeature feature = peer.Server.Features.Get<IWebSocketFeature>()!;
        Assert.Throws<ArgumentOutOfRangeException>(() => feature.SetClose((WebSocketCloseCode)1006));
        feature.SetClose((WebSocketCloseCode)4000, new string('ä', 100));
        peer.Server.Transport.Output.Complete();
        Assert.Equal("close 4000" + new string('ä', 61), await peer.ReadAsync());
    }

    [Fact]
    public async Task An_end_without_a_close_is_no_good_order()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        await peer.SendAsync(WebSocketPeer.Text("half"));
        peer.Raw.Transport.Output.Complete();
        Assert.Equal("half", await peer.ReceiveAsync(4));
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await peer.Server.Transport.Input.ReadAsync().AsTask().WaitAsync(WebSocketPeer.Patience));
        Assert.Equal(ConnectionEndReason.PeerReset, peer.End.Reason);
    }

    [Theory]
    [InlineData(1002, ConnectionEndReason.ProtocolViolation)]
    [InlineData(1007, ConnectionEndReason.ProtocolViolation)]
    [InlineData(1008, ConnectionEndReason.Refused)]
    [InlineData(1009, ConnectionEndReason.LimitExceeded)]
    [InlineData(1011, ConnectionEndReason.Aborted)]
    [InlineData(1001, ConnectionEndReason.Completed)]
    public async Task What_a_peer_closes_with_is_the_end(int code, ConnectionEndReason reason)
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        await peer.SendAsync(WebSocketPeer.Close(code));
        Assert.True((await peer.Server.Transport.Input.ReadAsync()).IsCompleted);
        peer.Server.Transport.Output.Complete();
        Assert.StartsWith("close 1", await peer.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("end", await peer.ReadAsync());
        await Eventually.HoldsAsync(() => peer.End.Reason == reason, "the end is " + reason);
    }

    [Fact]
    public async Task A_slow_handler_holds_the_peer_back()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new());
        byte[] frame = WebSocketPeer.Binary(new byte[60_000]);
        Task sending = SendAllAsync();
        await Eventually.HoldsAsync(() => peer.Raw.Features.Get<IBufferUseFeature>()!.OutputBytes > 64 * 1024, "the way is full");
        Assert.False(sending.IsCompleted);
        IBufferUseFeature use = peer.Server.Features.Get<IBufferUseFeature>()!;
        await Eventually.HoldsAsync(() => use.InputBytes > 0, "some of it has come");
        Assert.InRange(use.InputBytes, 1, 512 * 1024);
        long received = 0;
        while (received < 100 * 60_000)
        {
            ReadResult read = await peer.Server.Transport.Input.ReadAsync().AsTask().WaitAsync(WebSocketPeer.Patience);
            received += read.Buffer.Length;
            peer.Server.Transport.Input.AdvanceTo(read.Buffer.End);
        }

        await sending.WaitAsync(WebSocketPeer.Patience);

        async Task SendAllAsync()
        {
            for (int i = 0; i < 100; i++)
            {
                await peer.Raw.Transport.Output.WriteAsync(frame);
            }
        }
    }

    [Fact]
    public async Task Pongs_do_not_pile_up_for_a_peer_that_does_not_read()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { MaxControlFrames = 1_000_000 }, transport: new MemoryTransportOptions { LinkCapacityBytes = 4096 });
        byte[] pings = [.. Enumerable.Repeat(WebSocketPeer.Frame(0x89, new byte[125]), 100).SelectMany(frame => frame)];
        for (int i = 0; i < 100; i++)
        {
            await peer.SendAsync(pings);
        }

        Assert.InRange(peer.Server.Features.Get<IOutboundQueueFeature>()!.QueuedBytes, 1, 100 * 1024);
        await peer.SendAsync(WebSocketPeer.Frame(0x89, "newest"u8));
        _ = peer.WriteAsync("x");
        string frame;
        int count = 0;
        do
        {
            frame = await peer.ReadAsync();
            count++;
        }
        while (frame != "binary x");

        Assert.InRange(count, 2, 1000);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(100_000, 0)]
    [InlineData(500_000, 2)]
    public async Task Big_writes_are_few_messages(int size, int extra)
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { MaxMessageBytes = 200_000 });
        byte[] bytes = new byte[size];
        new Random(5).NextBytes(bytes);
        Task writing = peer.Server.Transport.Output.WriteAsync(bytes).AsTask();
        var got = new StringBuilder();
        int messages = 0;
        while (got.Length < size)
        {
            got.Append((await peer.ReadAsync())["binary ".Length..]);
            messages++;
        }

        await writing;
        Assert.Equal(Encoding.Latin1.GetString(bytes), got.ToString());
        Assert.Equal(1 + extra, messages);
    }

    [Fact]
    public async Task What_is_asked_for_is_known()
    {
        var options = new WebSocketServerOptions { Path = null };
        options.Subprotocols.Add(WebSocketSubprotocol.IrcBinary);
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(options, "Origin: http://here.example\r\nSec-WebSocket-Protocol: other, binary.ircv3.net\r\n");
        IWebSocketFeature feature = peer.Server.Features.Get<IWebSocketFeature>()!;
        Assert.Equal(("/", "here.example", "http://here.example", "binary.ircv3.net"), (feature.Path, feature.Host, feature.Origin, feature.Subprotocol));
    }
}
