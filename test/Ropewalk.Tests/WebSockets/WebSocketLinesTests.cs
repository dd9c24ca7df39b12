using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A message is a line: what IRCv3 asks of servers, and what keeps one line from becoming two.</summary>
public sealed class WebSocketLinesTests
{
    private static WebSocketServerOptions Irc()
    {
        var options = new WebSocketServerOptions { Messages = WebSocketMessages.Lines };
        options.Subprotocols.Add(WebSocketSubprotocol.IrcText);
        options.Subprotocols.Add(WebSocketSubprotocol.IrcBinary);
        return options;
    }

    [Fact]
    public async Task A_message_is_a_line_both_ways()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(Irc());
        await peer.SendAsync(WebSocketPeer.Text("NICK a"), WebSocketPeer.Binary("USER b"u8), WebSocketPeer.Frame(0x01, "QU"u8), WebSocketPeer.Frame(0x80, "IT"u8));
        Assert.Equal("NICK a\r\nUSER b\r\nQUIT\r\n", await peer.ReceiveAsync(22));
        await peer.WriteAsync("one\r\ntwo\nthr");
        await peer.WriteAsync("ee");
        await peer.WriteAsync("\r\n\r\nlast");
        peer.Server.Transport.Output.Complete();
        foreach (string line in (string[])["one", "two", "three", "", "last"])
        {
            Assert.Equal("text " + line, await peer.ReadAsync());
        }

        Assert.Equal("close 1000", await peer.ReadAsync());
    }

    [Theory]
    [InlineData("", "text")]
    [InlineData("text.ircv3.net", "text")]
    [InlineData("binary.ircv3.net", "binary")]
    [InlineData("binary.ircv3.net, text.ircv3.net", "binary")]
    [InlineData("text.ircv3.net, binary.ircv3.net", "text")]
    [InlineData("unknown", "text")]
    public async Task The_clients_best_subprotocol_says_what_is_sent(string offered, string kind)
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(Irc(), offered.Length == 0 ? "" : $"Sec-WebSocket-Protocol: {offered}\r\n");
        await peer.WriteAsync("x\r\n");
        Assert.Equal($"{kind} x", await peer.ReadAsync());
    }

    [Fact]
    public async Task What_is_not_utf8_is_replaced_in_text_and_left_in_binary()
    {
        byte[] latin = [.. "caf"u8, 0xE9, .. "\r\n"u8];
        await using WebSocketPeer text = await WebSocketPeer.OpenAsync(Irc());
        await text.Server.Transport.Output.WriteAsync(latin);
        Assert.Equal("text caf\uFFFD", await text.ReadAsync());
        Enqueue(text.Server, latin);
        Assert.Equal("text caf\uFFFD", await text.ReadAsync());
        await using WebSocketPeer binary = await WebSocketPeer.OpenAsync(Irc(), "Sec-WebSocket-Protocol: binary.ircv3.net\r\n");
        await binary.Server.Transport.Output.WriteAsync(latin);
        Assert.Equal("binary caf\u00E9", await binary.ReadAsync());
    }

    [Theory]
    [InlineData("PRIVMSG a :b\r\nQUIT")]
    [InlineData("PRIVMSG a :b\nQUIT")]
    [InlineData("PRIVMSG a :b\r")]
    [InlineData("NICK x\r\n")]
    public async Task A_line_inside_a_line_is_refused(string message)
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(Irc());
        await peer.SendAsync(WebSocketPeer.Text(message));
        Assert.Equal("close 1007", await peer.ReadAsync());
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () =>
        {
            while (true)
            {
                Assert.DoesNotContain("QUIT", await peer.ReceiveAsync(1), StringComparison.Ordinal);
            }
        });
        Assert.Equal(ConnectionEndReason.ProtocolViolation, peer.End.Reason);
    }

    [Fact]
    public async Task A_bare_return_inside_an_outgoing_line_is_no_break_for_the_browser()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(Irc());
        await peer.WriteAsync("a\rb\r\n");
        Assert.Equal("text a b", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_line_that_never_ends_is_bounded()
    {
        WebSocketServerOptions options = Irc();
        options.MaxMessageBytes = 1000;
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(options);
        await peer.WriteAsync(new string('x', 1000));
        Assert.True((await peer.Server.Transport.Output.WriteAsync(new byte[1])).IsCompleted);
        Assert.Equal(ConnectionEndReason.LimitExceeded, peer.End.Reason);
    }

    [Fact]
    public async Task A_line_that_comes_byte_by_byte_is_one_message()
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(Irc());
        string line = new('y', 9000);
        foreach (char c in line + "\r\nz\r\n")
        {
            await peer.WriteAsync(c.ToString());
        }

        Assert.Equal("text " + line, await peer.ReadAsync());
        Assert.Equal("text z", await peer.ReadAsync());
    }

    [Fact]
    public async Task What_is_sent_to_many_is_framed_once_and_keeps_its_order()
    {
        await using WebSocketPeer first = await WebSocketPeer.OpenAsync(Irc());
        await using WebSocketPeer second = await WebSocketPeer.OpenAsync(Irc());
        SharedBytes line = SharedBytes.Copy("shared\r\nof two\r\n"u8);
        await first.WriteAsync("before\r\n");
        Assert.True(first.Server.Features.Get<IOutboundQueueFeature>()!.TryEnqueue(line));
        await first.WriteAsync("behind\r\n");
        Assert.True(second.Server.Features.Get<IOutboundQueueFeature>()!.TryEnqueue(line));
        Assert.Same(line.In(WebSocketForm.TextLines), line.In(WebSocketForm.TextLines));
        Assert.NotSame(line.In(WebSocketForm.TextLines), line.In(WebSocketForm.BinaryLines));
        line.Release();
        foreach (string expected in (string[])["before", "shared", "of two", "behind"])
        {
            Assert.Equal("text " + expected, await first.ReadAsync());
        }

        Assert.Equal("text shared", await second.ReadAsync());
    }

    [Fact]
    public void Forms_that_are_asked_for_at_once_are_one()
    {
        for (int round = 0; round < 200; round++)
        {
            SharedBytes bytes = SharedBytes.Copy("x"u8);
            var made = new SharedBytes[4];
            Parallel.For(0, made.Length, i => made[i] = bytes.In(i % 2 == 0 ? WebSocketForm.Bytes : WebSocketForm.TextLines));
            Assert.Same(made[0], made[2]);
            Assert.Same(made[1], made[3]);
            bytes.Release();
            Assert.Throws<ObjectDisposedException>(() => made[0].Memory);
        }
    }

    private static void Enqueue(ConnectionContext connection, byte[] bytes)
    {
        SharedBytes shared = SharedBytes.Copy(bytes);
        Assert.True(connection.Features.Get<IOutboundQueueFeature>()!.TryEnqueue(shared));
        shared.Release();
    }
}
