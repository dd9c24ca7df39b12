using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>The schemes, over real sockets: with our own client and with the one of .NET.</summary>
public sealed class WebSocketEndpointSchemeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("ws:127.0.0.1:0", "ws:127.0.0.1:0")]
    [InlineData("ws:127.0.0.1:0:path=/irc:messages=lines", "ws:127.0.0.1:0:path=/irc?q=1:messages=lines")]
    [InlineData("wss:127.0.0.1:0:dev", "wss:127.0.0.1:0:dev:name=localhost")]
    [InlineData(@"proxy:trust=127.0.0.0/8:then=wss\:127.0.0.1\:0\:dev", @"proxy:then=wss\:127.0.0.1\:0\:dev\:name=localhost")]
    public async Task A_line_crosses_both_ways(string at, string to)
    {
        var context = new EndpointContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(EndpointSpec.Parse(at), EchoAsync);
        int port = ((System.Net.IPEndPoint)listening.EndPoint).Port;
        EndpointSpec spec = EndpointSpec.Parse(to.Replace(":0", $":{port}", StringComparison.Ordinal));
        await using ConnectionContext client = await new ConnectionClient(context).ConnectAsync(spec).AsTask().WaitAsync(Patience);
        await client.Transport.Output.WriteAsync("hello\r\n"u8.ToArray());
        System.IO.Pipelines.ReadResult read = await client.Transport.Input.ReadAtLeastAsync(7).AsTask().WaitAsync(Patience);
        Assert.Equal("hello\r\n", Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer)));
        client.Transport.Input.AdvanceTo(read.Buffer.End);
        Assert.Equal(at.Contains("wss", StringComparison.Ordinal), client.Features.Get<ITlsHandshakeFeature>() is not null);
        client.Transport.Output.Complete();
        Assert.True((await client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience)).IsCompleted);
        Assert.Equal(WebSocketCloseCode.Normal, client.Features.Get<IWebSocketFeature>()!.PeerCloseCode);
    }

    [Fact]
    public async Task The_client_of_dotnet_is_understood()
    {
        var context = new EndpointContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(EndpointSpec.Parse("ws:127.0.0.1:0:messages=lines:protocols=text.ircv3.net/text"), EchoAsync);
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("text.ircv3.net");
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{((System.Net.IPEndPoint)listening.EndPoint).Port}/"), CancellationToken.None).WaitAsync(Patience);
        Assert.Equal("text.ircv3.net", client.SubProtocol);
        string big = new('x', 200_000);
        await client.SendAsync(Encoding.UTF8.GetBytes(big), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        byte[] buffer = new byte[300_000];
        int length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await client.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Patience);
            length += result.Count;
        }
        while (!result.EndOfMessage);

        Assert.Equal(WebSocketMessageType.Text, result.MessageType);
        Assert.Equal(big, Encoding.UTF8.GetString(buffer, 0, length));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Theory]
    [InlineData(true, WebSocketCloseCode.ProtocolError)]
    [InlineData(false, WebSocketCloseCode.None)]
    public async Task A_handler_that_throws_does_not_end_in_good_order(bool isPeersFault, WebSocketCloseCode code)
    {
        var context = new EndpointContext();
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(EndpointSpec.Parse("ws:127.0.0.1:0"), _ => throw (isPeersFault
            ? new ProtocolException("wrong", ErrorSide.Remote, ErrorScope.Connection)
            : new InvalidOperationException("ours")));
        await using ConnectionContext client = await new ConnectionClient(context).ConnectAsync(EndpointSpec.Parse($"ws:127.0.0.1:{((System.Net.IPEndPoint)listening.EndPoint).Port}")).AsTask().WaitAsync(Patience);
        if (isPeersFault)
        {
            Assert.True((await client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience)).IsCompleted);
            Assert.Equal(ConnectionEndReason.ProtocolViolation, client.Features.Get<IConnectionEndFeature>()!.End.Reason);
        }
        else
        {
            // a reset, in front of which the close frame may have come
            try
            {
                await client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
                code = WebSocketCloseCode.InternalError;
            }
            catch (ConnectionResetException)
            {
                // it has not
            }
        }

        Assert.Equal(code, client.Features.Get<IWebSocketFeature>()!.PeerCloseCode);
    }

    [Fact]
    public Task It_runs_in_strict_simulation() => Simulation.RunAsync(
        async simulation =>
        {
            SimHost server = simulation.AddHost("server");
            await server.ListenAsync("ws:80:messages=lines", EchoAsync);
            await using ConnectionContext client = await simulation.AddHost("client").ConnectAsync("ws:server:80:messages=lines");
            await client.Transport.Output.WriteAsync("hello\r\n"u8.ToArray());
            System.IO.Pipelines.ReadResult read = await client.Transport.Input.ReadAtLeastAsync(7);
            Assert.Equal(7, read.Buffer.Length);
            client.Transport.Input.AdvanceTo(read.Buffer.End);
            client.Transport.Output.Complete();
            Assert.True((await client.Transport.Input.ReadAsync()).IsCompleted);
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seed = 7 });

    [Theory]
    [InlineData("ws:127.0.0.1:80:path=irc")]
    [InlineData("ws:127.0.0.1:80:messages=words")]
    [InlineData("ws:127.0.0.1:80:protocols=a b")]
    [InlineData("ws:127.0.0.1:80:protocols=a/b")]
    [InlineData("ws:127.0.0.1:80:dev")]
    [InlineData("ws:127.0.0.1:80:max=100")]
    public void What_a_key_does_not_take_is_an_error(string text) => Assert.False(EndpointSpec.TryParse(text, out _, out _));

    [Fact]
    public async Task Text_in_bytes_and_a_server_that_is_none_are_told()
    {
        var context = new EndpointContext();
        await using var server = new ConnectionServer(context);
        EndpointException wrong = await Assert.ThrowsAsync<EndpointException>(async () => await server.ListenAsync(EndpointSpec.Parse("ws:127.0.0.1:0:protocols=x/text"), EchoAsync));
        Assert.Contains("Messages = Lines", wrong.Message, StringComparison.Ordinal);
        Listening listening = await server.ListenAsync(EndpointSpec.Parse("ws:127.0.0.1:0:path=/here"), EchoAsync);
        int port = ((System.Net.IPEndPoint)listening.EndPoint).Port;
        EndpointException refused = await Assert.ThrowsAsync<EndpointException>(async () => await new ConnectionClient(context).ConnectAsync(EndpointSpec.Parse($"ws:127.0.0.1:{port}")));
        Assert.Contains("the server answered 404 Not Found", refused.Message, StringComparison.Ordinal);
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                await connection.Transport.Output.WriteAsync(piece);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
