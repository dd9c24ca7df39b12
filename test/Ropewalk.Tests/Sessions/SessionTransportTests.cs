using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Sessions;
using Ropewalk.Transports;
using Ropewalk.Transports.Reactor;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Sessions;

/// <summary>One conversation on every transport, ours and Kestrel's, with a plain socket as the peer.</summary>
public sealed class SessionTransportTests
{
    public static TheoryData<string> Transports => OperatingSystem.IsLinux() ? ["sockets", "reactor", "kestrel"] : ["sockets", "kestrel"];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task AConversationGoesItsWay(string transport)
    {
        var handler = new LineHandler { Make = () => new LineSession(idle: TimeSpan.FromMinutes(1), greeting: "welcome") };
        await using var served = await Served.StartAsync(transport, handler);
        await served.HearAsync("welcome\r\n");
        await served.SayAsync("one\r\ntwo\r\n");
        await served.HearAsync("one\r\ntwo\r\n");
        await (await handler.Begun).Port.InvokeAsync(turn => turn.Session.Say("posted", turn.Output));
        await served.HearAsync("posted\r\n");
        await served.SayAsync("HOLD\r\nheld\r\n");
        await served.HearAsync("HOLD\r\n");
        await (await handler.Begun).Port.InvokeAsync(turn => turn.Session.Resume());
        await served.HearAsync("held\r\n");
        await served.SayAsync("QUIT\r\n");
        await served.HearAsync("bye\r\nQUIT\r\n");
        Assert.Equal(0, await served.ReceiveAsync(new byte[1]));
        served.Socket.Shutdown(SocketShutdown.Both);
        Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task ADeadlinePassesOnTheSystemsClock(string transport)
    {
        var handler = new LineHandler { Make = () => new LineSession(idle: TimeSpan.FromMilliseconds(50)) };
        await using var served = await Served.StartAsync(transport, handler);
        await served.HearAsync("too slow\r\n");
        served.Socket.Close();
        Assert.Equal(ConnectionEndReason.TimedOut, (await handler.Ended).Reason);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task APeersResetEndsIt(string transport)
    {
        var handler = new LineHandler();
        await using var served = await Served.StartAsync(transport, handler);
        await served.SayAsync("HOLD\r\n");
        await served.HearAsync("HOLD\r\n");
        served.Socket.LingerState = new LingerOption(true, 0);
        served.Socket.Close();
        // Kestrel tells a paused conversation only when it next wants something of the transport.
        if (transport == "kestrel")
        {
            (await handler.Begun).Port.TryPost(static (turn, _) => turn.Session.Resume(), "");
        }

        Assert.Equal(ConnectionEndReason.PeerReset, (await handler.Ended).Reason);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WhereTheTransportCanHalfCloseTheLastWordEndsTheOutput(string transport)
    {
        var handler = new LineHandler();
        await using var served = await Served.StartAsync(transport, handler);
        await served.SayAsync("LAST\r\n");
        await served.HearAsync("last\r\nLAST\r\n");
        if (transport != "kestrel")
        {
            Assert.Equal(0, await served.ReceiveAsync(new byte[1]));
        }

        await served.SayAsync("more\r\n");
        served.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
    }

    private sealed class Served : IAsyncDisposable
    {
        private readonly ConnectionServer _server;

        private Served(ConnectionServer server, Socket socket)
        {
            _server = server;
            Socket = socket;
        }

        public Socket Socket { get; }

        public static async Task<Served> StartAsync(string transport, LineHandler handler)
        {
            IConnectionListenerFactory factory = transport switch
            {
                "sockets" => new SocketTransport(),
                "reactor" => new ReactorTransport(),
                _ => new SocketTransportFactory(Options.Create(new Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions()), NullLoggerFactory.Instance),
            };
            var server = new ConnectionServer(new EndpointContext { StreamListeners = factory });
            Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", handler.OnConnectedAsync);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync((IPEndPoint)listening.EndPoint!);
            return new Served(server, socket);
        }

        public async Task SayAsync(string text) => await Socket.SendAsync(Encoding.ASCII.GetBytes(text));

        public async Task HearAsync(string text)
        {
            byte[] heard = new byte[text.Length];
            for (int at = 0; at < heard.Length;)
            {
                int count = await ReceiveAsync(heard.AsMemory(at));
                Assert.True(count > 0, $"the end after '{Encoding.ASCII.GetString(heard, 0, at)}'");
                at += count;
            }

            Assert.Equal(text, Encoding.ASCII.GetString(heard));
        }

        public async Task<int> ReceiveAsync(Memory<byte> buffer)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return await Socket.ReceiveAsync(buffer, late.Token);
        }

        public async ValueTask DisposeAsync()
        {
            Socket.Dispose();
            await _server.DisposeAsync();
        }
    }
}
