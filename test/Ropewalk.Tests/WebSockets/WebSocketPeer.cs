using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;
using Ropewalk.WebSockets;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A client made of bytes, which may break every rule, and the server's side of its connection.</summary>
internal sealed class WebSocketPeer(ConnectionContext raw, ConnectionContext server) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public ConnectionContext Raw => raw;

    public ConnectionContext Server => server;

    public ConnectionEnd End => server.Features.Get<IConnectionEndFeature>()!.End;

    public static string Request(string path = "/", string more = "") =>
        $"GET {path} HTTP/1.1\r\nHost: here.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n";

    public static async Task<WebSocketPeer> OpenAsync(WebSocketServerOptions options, string more = "", MemoryTransportOptions? transport = null)
    {
        (ConnectionContext raw, ConnectionContext server) = MemoryTransport.CreatePair(transport);
        var peer = new WebSocketPeer(raw, server);
        Task<bool> accepting = server.UpgradeToWebSocketAsync(options).AsTask();
        await peer.SendAsync(Encoding.ASCII.GetBytes(Request(options.Path ?? "/", more)));
        string answer = await peer.ReadHeaderAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.True(await accepting.WaitAsync(Patience));
        return peer;
    }

    public static byte[] Frame(int first, ReadOnlySpan<byte> payload)
    {
        byte[] target = new byte[payload.Length + WebSocketFrameEncoder.MaxHeaderBytes];
        int length = WebSocketFrameEncoder.Encode(target, WebSocketOpcode.Binary, payload, 0x12345678);
        target[0] = (byte)first;
        return target[..length];
    }

    public static byte[] Text(string text) => Frame(0x81, Encoding.UTF8.GetBytes(text));

    public static byte[] Binary(ReadOnlySpan<byte> payload) => Frame(0x82, payload);

    public static byte[] Close(int code) => Frame(0x88, [(byte)(code >> 8), (byte)code]);

    public async Task SendAsync(params byte[][] frames) => await raw.Transport.Output.WriteAsync(frames.SelectMany(frame => frame).ToArray()).AsTask().WaitAsync(Patience);

    public async Task<string> ReadHeaderAsync()
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            text.Append((char)(await TakeAsync(1))[0]);
        }

        return text.ToString();
    }

    /// <summary>Reads the server's next frame: <c>text hello</c>, <c>close 1000</c>, <c>end</c>.</summary>
    public async Task<string> ReadAsync()
    {
        byte[] start;
        try
        {
            start = await TakeAsync(2);
        }
        catch (InvalidOperationException)
        {
            return "end";
        }

        Assert.True((start[1] & 0x80) == 0, "a server does not mask");
        int length = start[1];
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await TakeAsync(2));
        }
        else if (length == 127)
        {
            length = (int)BinaryPrimitives.ReadUInt64BigEndian(await TakeAsync(8));
        }

        byte[] payload = await TakeAsync(length);
        return start[0] switch
        {
            0x81 => "text " + Encoding.UTF8.GetString(payload),
            0x82 => "binary " + Encoding.Latin1.GetString(payload),
            0x88 => "close " + (length == 0 ? "" : BinaryPrimitives.ReadUInt16BigEndian(payload) + Encoding.UTF8.GetString(payload.AsSpan(2))),
            0x89 => "ping " + Encoding.Latin1.GetString(payload),
            0x8A => "pong " + Encoding.Latin1.GetString(payload),
            _ => $"? {start[0]:x}",
        };
    }

    /// <summary>Reads what the server's handler is given.</summary>
    public async Task<string> ReceiveAsync(int length)
    {
        System.IO.Pipelines.ReadResult read = await server.Transport.Input.ReadAtLeastAsync(length).AsTask().WaitAsync(Patience);
        string text = Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer));
        server.Transport.Input.AdvanceTo(read.Buffer.End);
        return text;
    }

    public Task WriteAsync(string text) => server.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        raw.Abort();
        server.Abort();
        await raw.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        if (count == 0)
        {
            return [];
        }

        System.IO.Pipelines.ReadResult read = await raw.Transport.Input.ReadAtLeastAsync(count).AsTask().WaitAsync(Patience);
        if (read.Buffer.Length < count)
        {
            raw.Transport.Input.AdvanceTo(read.Buffer.Start);
            throw new InvalidOperationException("ended");
        }

        byte[] taken = System.Buffers.BuffersExtensions.ToArray(read.Buffer.Slice(0, count));
        raw.Transport.Input.AdvanceTo(read.Buffer.GetPosition(count));
        return taken;
    }
}
