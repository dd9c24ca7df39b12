using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>What a hostile peer does, and what it gets: a close code, an end in good order, and a reason in the log.</summary>
public sealed class WebSocketAttackTests
{
    public static TheoryData<string, int, byte[]> Violations => new()
    {
        { "unmasked", 1002, [0x81, 0x01, 0x61] },
        { "giant length", 1009, [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "negative length", 1002, [0x82, 0xFF, 0xFF] },
        { "fragmented ping", 1002, [0x09] },
        { "long ping", 1002, [0x89, 0xFE] },
        { "continuation of nothing", 1002, [0x80] },
        { "compressed", 1002, [0xC1] },
        { "interleaved", 1002, [.. WebSocketPeer.Frame(0x01, "a"u8), 0x81] },
        { "not text", 1007, WebSocketPeer.Frame(0x81, [0xFF]) },
        { "half a close", 1002, WebSocketPeer.Frame(0x88, [0x03]) },
        { "a close that must not be", 1002, WebSocketPeer.Close(1006) },
        { "a reason that is no text", 1007, WebSocketPeer.Frame(0x88, [0x03, 0xE8, 0xFF]) },
        { "ping flood", 1008, [.. Enumerable.Repeat(WebSocketPeer.Frame(0x89, ""u8), 101).SelectMany(frame => frame)] },
        { "empty messages", 1008, [.. Enumerable.Repeat(WebSocketPeer.Frame(0x82, ""u8), 101).SelectMany(frame => frame)] },
        { "empty fragments", 1008, [.. WebSocketPeer.Frame(0x02, ""u8), .. Enumerable.Repeat(WebSocketPeer.Frame(0x00, ""u8), 101).SelectMany(frame => frame)] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_is_answered_with_its_code_and_ends_in_good_order(string what, int code, byte[] bytes)
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { TimeProvider = new VirtualTime() });
        await peer.SendAsync(WebSocketPeer.Text("before"), bytes, WebSocketPeer.Text("behind"));
        Assert.StartsWith("before", await peer.ReceiveAsync(6), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () =>
        {
            while (true)
            {
                string more = await peer.ReceiveAsync(1);
                Assert.DoesNotContain("behind", more, StringComparison.Ordinal);
            }
        });
        string frame;
        do
        {
            frame = await peer.ReadAsync();
        }
        while (frame.StartsWith("pong", StringComparison.Ordinal));

        Assert.Equal($"close {code}", frame);
        Assert.Equal("end", await peer.ReadAsync());
        Assert.True(peer.End.Reason is ConnectionEndReason.ProtocolViolation or ConnectionEndReason.LimitExceeded, what);
        Assert.True((await peer.Server.Transport.Output.WriteAsync("late"u8.ToArray())).IsCompleted);
    }

    [Fact]
    public async Task Pings_at_a_decent_rate_go_on_for_ever()
    {
        var time = new VirtualTime();
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(new() { TimeProvider = time });
        for (int i = 0; i < 500; i++)
        {
            await peer.SendAsync(WebSocketPeer.Frame(0x89, ""u8));
            Assert.Equal("pong ", await peer.ReadAsync());
            time.Advance(TimeSpan.FromSeconds(0.1));
        }
    }

    [Fact]
    public async Task A_client_refuses_a_server_that_masks()
    {
        (ConnectionContext client, ConnectionContext raw) = MemoryTransport.CreatePair();
        Task opening = client.UpgradeToWebSocketAsync(new WebSocketClientOptions { Host = "x", Randomness = () => 0 }).AsTask();
        // the key of sixteen zero bytes, and its answer
        await raw.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Ropewalk.WebSockets.Wire.WebSocketKey.Accept("AAAAAAAAAAAAAAAAAAAAAA==")}\r\n\r\n"));
        await raw.Transport.Output.WriteAsync(WebSocketPeer.Text("masked"));
        await opening.WaitAsync(WebSocketPeer.Patience);
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await client.Transport.Input.ReadAsync().AsTask().WaitAsync(WebSocketPeer.Patience));
        await client.DisposeAsync();
        await raw.DisposeAsync();
    }

    [Theory]
    [InlineData(403, "/", "Origin: https://evil.example\r\n")]
    [InlineData(403, "/", "Origin: null\r\n")]
    [InlineData(404, "/other", "")]
    [InlineData(431, "/", "X: ")]
    [InlineData(400, "/", "Content-Length: 10\r\n")]
    public async Task What_is_refused_is_answered_in_http(int status, string path, string more)
    {
        (ConnectionContext raw, ConnectionContext server) = MemoryTransport.CreatePair();
        await using var peer = new WebSocketPeer(raw, server);
        Task<bool> accepting = server.UpgradeToWebSocketAsync(new WebSocketServerOptions()).AsTask();
        string request = WebSocketPeer.Request(path, more.EndsWith(' ') ? more + new string('x', 9000) + "\r\n" : more);
        await peer.SendAsync(Encoding.ASCII.GetBytes(request));
        Assert.StartsWith($"HTTP/1.1 {status} ", await peer.ReadHeaderAsync(), StringComparison.Ordinal);
        Assert.False(await accepting);
        Assert.NotEqual(ConnectionEndReason.Open, peer.End.Reason);
    }

    [Fact]
    public async Task A_page_is_told_to_upgrade()
    {
        (ConnectionContext raw, ConnectionContext server) = MemoryTransport.CreatePair();
        await using var peer = new WebSocketPeer(raw, server);
        Task<bool> accepting = server.UpgradeToWebSocketAsync(new WebSocketServerOptions()).AsTask();
        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        string header = await peer.ReadHeaderAsync();
        Assert.StartsWith("HTTP/1.1 426 Upgrade Required\r\n", header, StringComparison.Ordinal);
        Assert.Contains("\r\nUpgrade: websocket\r\n", header, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Version: 13\r\n", header, StringComparison.Ordinal);
        Assert.False(await accepting);
    }

    [Fact]
    public async Task A_handshake_that_drips_ends_at_its_deadline()
    {
        var time = new VirtualTime();
        (ConnectionContext raw, ConnectionContext server) = MemoryTransport.CreatePair();
        await using var peer = new WebSocketPeer(raw, server);
        Task<bool> accepting = server.UpgradeToWebSocketAsync(new WebSocketServerOptions { TimeProvider = time }).AsTask();
        for (int second = 0; second < 9; second++)
        {
            await peer.SendAsync("G"u8.ToArray());
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(accepting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await accepting.WaitAsync(WebSocketPeer.Patience));
        Assert.Equal(ConnectionEndReason.TimedOut, peer.End.Reason);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/elsewhere")]
    public async Task An_answer_that_is_not_read_ends_at_the_deadline(string path)
    {
        var time = new VirtualTime();
        (ConnectionContext raw, ConnectionContext server) = MemoryTransport.CreatePair(new MemoryTransportOptions { LinkCapacityBytes = 16, OutputPauseBytes = 16 });
        await using var peer = new WebSocketPeer(raw, server);
        Task<bool> accepting = server.UpgradeToWebSocketAsync(new WebSocketServerOptions { TimeProvider = time, Path = "/" }).AsTask();
        await peer.SendAsync(Encoding.ASCII.GetBytes(WebSocketPeer.Request(path)));
        // what is sent is there: the answer waits for a reader
        await raw.Transport.Input.ReadAtLeastAsync(8);
        Assert.False(accepting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await accepting.WaitAsync(WebSocketPeer.Patience));
    }
}
