using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.WebSockets;

namespace Ropewalk.Interop.Tests;

/// <summary>WebSocket with python-websockets at both ends, and with curl, which speaks none.</summary>
public sealed class WebSocketInteropTests
{
    private const string ClientScript = """
        import asyncio, sys, websockets
        async def main(uri):
            async with websockets.connect(uri, subprotocols=['text.ircv3.net'], compression=None) as ws:
                print(ws.subprotocol)
                await ws.send('hello')
                print(await ws.recv())
                await ws.send(['in ', 'two ', 'pieces'])
                print(await ws.recv())
                await ws.send('x' * 200000)
                print(len(await ws.recv()))
                await (await ws.ping())
                print('pong')
            print(ws.close_code)
            async with websockets.connect(uri) as ws:
                await ws.send('two\nlines')
                try:
                    await ws.recv()
                except websockets.ConnectionClosed as closed:
                    print(closed.code)
        asyncio.run(main(sys.argv[1]))
        """;

    private const string ServerScript = """
        import asyncio, websockets
        async def echo(ws):
            async for message in ws:
                await ws.send(message)
        async def main():
            async with websockets.serve(echo, '127.0.0.1', 0) as server:
                print('port', server.sockets[0].getsockname()[1], flush=True)
                await asyncio.Future()
        asyncio.run(main())
        """;

    [Fact]
    public async Task A_client_in_python_speaks_lines()
    {
        ExternalProgram python = await FindPythonAsync();
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(EndpointSpec.Parse("ws:127.0.0.1:0:path=/irc:messages=lines:protocols=text.ircv3.net/text"), EchoAsync);
        ProgramResult result = await python.RunAsync(["-c", ClientScript, $"ws://127.0.0.1:{PortOf(listening)}/irc"]);
        Assert.Equal("text.ircv3.net\nhello\nin two pieces\n200000\npong\n1000\n1007\n", result.Expect().Output);
    }

    [Fact]
    public async Task A_server_in_python_is_spoken_with()
    {
        ExternalProgram python = await FindPythonAsync();
        await using RunningProgram running = python.Start(["-u", "-c", ServerScript]);
        string port = (await running.ReadLineWithAsync("port "))["port ".Length..];
        await using ConnectionContext client = await new ConnectionClient(new EndpointContext()).ConnectAsync(EndpointSpec.Parse($"ws:127.0.0.1:{port}"));
        byte[] sent = new byte[500_000];
        new Random(3).NextBytes(sent);
        Task writing = client.Transport.Output.WriteAsync(sent).AsTask();
        System.IO.Pipelines.ReadResult read = await client.Transport.Input.ReadAtLeastAsync(sent.Length).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(System.Buffers.BuffersExtensions.ToArray(read.Buffer).AsSpan().SequenceEqual(sent));
        client.Transport.Input.AdvanceTo(read.Buffer.End);
        await writing;
        client.Transport.Output.Complete();
        Assert.True((await client.Transport.Input.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20))).IsCompleted);
        Assert.Equal(WebSocketCloseCode.Normal, client.Features.Get<IWebSocketFeature>()!.PeerCloseCode);
    }

    [Theory]
    [InlineData("426", "/", "")]
    [InlineData("404", "/other", "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("403", "/", "Origin: https://evil.example|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("405", "/", "-d|x")]
    [InlineData("505", "/", "--http1.0")]
    public async Task Curl_is_answered_in_http(string status, string path, string arguments)
    {
        var curl = ExternalProgram.Find("curl");
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(EndpointSpec.Parse("ws:127.0.0.1:0"), EchoAsync);
        string[] more = arguments.StartsWith('-') ? arguments.Split('|') : [.. arguments.Split('|').Where(header => header.Length > 0).SelectMany(header => (string[])["-H", header])];
        ProgramResult result = await curl.RunAsync(["-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", .. more, $"http://127.0.0.1:{PortOf(listening)}{path}"]);
        Assert.Equal(status, result.Expect().Output);
    }

    private static async Task<ExternalProgram> FindPythonAsync()
    {
        var python = ExternalProgram.Find("/usr/bin/python3", "python3");
        if ((await python.RunAsync(["-c", "import websockets"])).ExitCode != 0)
        {
            ExternalProgram.Missing("python's websockets is not installed: apt-get install python3-websockets");
        }

        return python;
    }

    private static string PortOf(Listening listening) => ((IPEndPoint)listening.EndPoint).Port.ToString(CultureInfo.InvariantCulture);

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
