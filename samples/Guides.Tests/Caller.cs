using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Guides.Tests;

/// <summary>Calls a server, says lines and hears lines.</summary>
internal sealed class Caller : IAsyncDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));

    private Caller(ConnectionContext connection) => Connection = connection;

    public ConnectionContext Connection { get; }

    public static async Task<Caller> CallAsync(string endpoint) => new(await new ConnectionClient().ConnectAsync(endpoint));

    public async Task SayAsync(string line) => await Connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), _patience.Token);

    public async Task EndAsync() => await Connection.Features.Get<IHalfCloseFeature>()!.EndOutputAsync(_patience.Token);

    /// <summary>Hears one line; null where the server has ended.</summary>
    public async Task<string?> HearAsync()
    {
        await foreach (ReadOnlySequence<byte> line in Connection.Transport.Input.ReadFramesAsync(Frames.Lines(100_000), _patience.Token))
        {
            return Encoding.UTF8.GetString(line);
        }

        return null;
    }

    public async Task<string> AskAsync(string line)
    {
        await SayAsync(line);
        return await HearAsync() ?? "(nothing)";
    }

    /// <summary>Checks that the server ends without a word, or resets.</summary>
    public async Task AssertEndsAsync()
    {
        try
        {
            Assert.Null(await HearAsync());
        }
        catch (ConnectionResetException)
        {
            // as a refusal is told
        }
    }

    /// <summary>Checks that a connection is refused: at once, or before the server says a word.</summary>
    public static async Task AssertRefusedAsync(string endpoint)
    {
        try
        {
            await using Caller caller = await CallAsync(endpoint);
            await caller.AssertEndsAsync();
        }
        catch (ProtocolException)
        {
            // the reset came before the connection, or its TLS, was there
        }
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Abort();
        await Connection.DisposeAsync();
        _patience.Dispose();
    }
}
