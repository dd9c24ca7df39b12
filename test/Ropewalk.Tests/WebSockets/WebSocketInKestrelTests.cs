using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;
using Ropewalk.Tests.Security.Tls;
using Ropewalk.Transports;
using Ropewalk.Transports.Sockets;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>One port of a real Kestrel serves a page and its WebSocket; and our client speaks with ASP.NET's own WebSocket server.</summary>
public sealed class WebSocketInKestrelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_page_and_its_socket_share_a_port(bool onRopewalksTransport, bool secure)
    {
        string seen = "";
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication app = await StartAsync(onRopewalksTransport, secure, async connection =>
        {
            seen = $"{((IPEndPoint)connection.RemoteEndPoint!).Address} {connection.Features.Get<ITlsHandshakeFeature>() is not null} {connection.Features.Get<IOutboundQueueFeature>() is not null} {connection.Features.Get<IWebSocketFeature>()!.Subprotocol}";
            await EchoAsync(connection);
            ended.SetResult(true);
        });
        int port = PortOf(app);
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        string scheme = secure ? "https" : "http";
        Assert.Equal("a page", await http.GetStringAsync($"{scheme}://127.0.0.1:{port}/"));
        using (HttpResponseMessage plain = await http.GetAsync($"{scheme}://127.0.0.1:{port}/lines"))
        {
            Assert.Equal((HttpStatusCode)426, plain.StatusCode);
            Assert.Equal("13", Assert.Single(plain.Headers.GetValues("Sec-WebSocket-Version")));
        }

        using var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        client.Options.AddSubProtocol("text.ircv3.net");
        await client.ConnectAsync(new Uri($"{(secure ? "wss" : "ws")}://127.0.0.1:{port}/lines?x"), CancellationToken.None).WaitAsync(Patience);
        Assert.Equal("hello", await AskAsync(client, "hello"));
        Assert.Equal(new string('x', 100_000), await AskAsync(client, new string('x', 100_000)));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Patience);
        Assert.True(await ended.Task.WaitAsync(Patience));
        Assert.Equal($"127.0.0.1 {secure} True text.ircv3.net", seen);
    }

    [Fact]
    public async Task Another_page_may_not_connect()
    {
        await using WebApplication app = await StartAsync(false, false, EchoAsync);
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Origin", "https://evil.example");
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(async () => await client.ConnectAsync(new Uri($"ws://127.0.0.1:{PortOf(app)}/lines"), CancellationToken.None).WaitAsync(Patience));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_abort_reaches_both_sides(bool byServer)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication app = await StartAsync(true, false, async connection =>
        {
            await using CancellationTokenRegistration registration = connection.ConnectionClosed.Register(closed.SetResult);
            if (byServer)
            {
                connection.Features.Get<IConnectionEndFeature>()!.TrySetEnd(new ConnectionEnd(ConnectionEndReason.LimitExceeded, Ropewalk.Diagnostics.ErrorSide.Remote));
                connection.Abort(new ConnectionAbortedException("enough"));
            }

            await closed.Task.WaitAsync(Patience);
        });
        await using ConnectionContext client = await new ConnectionClient(new EndpointContext()).ConnectAsync(EndpointSpec.Parse($"ws:127.0.0.1:{PortOf(app)}:path=/lines")).AsTask().WaitAsync(Patience);
        if (!byServer)
        {
            client.Abort();
        }

        await closed.Task.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<Exception>(async () => await client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task What_is_enqueued_keeps_its_order()
    {
        await using WebApplication app = await StartAsync(false, false, async connection =>
        {
            IOutboundQueueFeature queue = connection.Features.Get<IOutboundQueueFeature>()!;
            for (int i = 0; i < 300; i++)
            {
                byte[] line = Encoding.ASCII.GetBytes($"{i}\n");
                if (i % 2 == 0)
                {
                    await connection.Transport.Output.WriteAsync(line);
                    continue;
                }

                SharedBytes shared = SharedBytes.Copy(line);
                Assert.True(queue.TryEnqueue(shared));
                shared.Release();
            }
        });
        await using ConnectionContext client = await new ConnectionClient(new EndpointContext()).ConnectAsync(EndpointSpec.Parse($"ws:127.0.0.1:{PortOf(app)}:path=/lines:messages=lines")).AsTask().WaitAsync(Patience);
        var all = new StringBuilder();
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            all.Append(Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer)));
            client.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 300).Select(i => $"{i}\r\n")), all.ToString());
    }

    [Fact]
    public async Task Our_client_speaks_with_the_server_of_aspnet()
    {
        await using WebApplication app = await StartAsync(false, false, EchoAsync);
        await using ConnectionContext client = await new ConnectionClient(new EndpointContext()).ConnectAsync(EndpointSpec.Parse($"ws:127.0.0.1:{PortOf(app)}:path=/theirs")).AsTask().WaitAsync(Patience);
        byte[] big = new byte[300_000];
        new Random(1).NextBytes(big);
        Task writing = client.Transport.Output.WriteAsync(big).AsTask();
        System.IO.Pipelines.ReadResult read = await client.Transport.Input.ReadAtLeastAsync(big.Length).AsTask().WaitAsync(Patience);
        Assert.True(System.Buffers.BuffersExtensions.ToArray(read.Buffer).AsSpan().SequenceEqual(big));
        client.Transport.Input.AdvanceTo(read.Buffer.End);
        await writing;
        client.Transport.Output.Complete();
        Assert.True((await client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience)).IsCompleted);
        Assert.Equal(WebSocketCloseCode.Normal, client.Features.Get<IWebSocketFeature>()!.PeerCloseCode);
    }

    private static async Task<string> AskAsync(ClientWebSocket client, string line)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        byte[] buffer = new byte[line.Length + 10];
        int length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await client.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Patience);
            length += result.Count;
        }
        while (!result.EndOfMessage);

        return Encoding.UTF8.GetString(buffer, 0, length);
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

    private static async Task<WebApplication> StartAsync(bool onRopewalksTransport, bool secure, ConnectionDelegate application)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (onRopewalksTransport)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketTransport());
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (secure)
            {
                listen.UseTls(TestCertificates.Server("http/1.1"));
            }
        }));
        WebApplication app = builder.Build();
        app.UseWebSockets();
        var options = new WebSocketServerOptions { Messages = WebSocketMessages.Lines };
        options.Subprotocols.Add(WebSocketSubprotocol.IrcText);
        app.MapGet("/", () => "a page");
        app.Map("/lines", (HttpContext context) => context.AcceptConnectionAsync(options, application));
        app.Map("/theirs", ServeTheirsAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task ServeTheirsAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        while (true)
        {
            WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }

    private static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
}
