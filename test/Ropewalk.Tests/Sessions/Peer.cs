using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Sessions;

/// <summary>The other end of a served connection, with its words as text.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly QuietScheduler _quiet = new();

    public Peer(ConnectionHandler handler, int linkCapacityBytes = 64 * 1024)
    {
        (Connection, Served) = ConnectionPair.Create(_quiet, linkCapacityBytes);
        Serving = ServeAsync(handler);
    }

    public ConnectionContext Connection { get; }

    public ConnectionContext Served { get; }

    /// <summary>The handler's task.</summary>
    public Task Serving { get; }

    public async Task SayAsync(string text) => await Connection.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().WaitAsync(Patience);

    public async Task EndAsync() => await Connection.Transport.Output.CompleteAsync();

    /// <summary>Hears exactly <paramref name="text"/>.</summary>
    public async Task HearAsync(string text)
    {
        string heard = await HearAsync(text.Length);
        Assert.Equal(text, heard);
    }

    public async Task<string> HearAsync(int length)
    {
        ReadResult read = await Connection.Transport.Input.ReadAtLeastAsync(length).AsTask().WaitAsync(Patience);
        ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(length, read.Buffer.Length));
        string heard = Encoding.Latin1.GetString(taken);
        Connection.Transport.Input.AdvanceTo(taken.End);
        return heard;
    }

    /// <summary>Hears exactly <paramref name="text"/> and then the end.</summary>
    public async Task HearEndAsync(string text = "")
    {
        var heard = new StringBuilder();
        while (true)
        {
            ReadResult read = await Connection.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            heard.Append(Encoding.Latin1.GetString(read.Buffer));
            Connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                Assert.Equal(text, heard.ToString());
                return;
            }
        }
    }

    /// <summary>Waits until the served side has done all that it can, and checks that it has said nothing.</summary>
    public async Task HearNothingAsync()
    {
        await _quiet.WhenQuietAsync();
        bool any = Connection.Transport.Input.TryRead(out ReadResult read);
        Assert.False(any, any ? $"heard {Encoding.Latin1.GetString(read.Buffer)}" : "");
    }

    public Task QuietAsync() => _quiet.WhenQuietAsync();

    public async ValueTask DisposeAsync()
    {
        Connection.Abort();
        await Connection.DisposeAsync();
        await Task.WhenAny(Serving).WaitAsync(Patience);
    }

    private async Task ServeAsync(ConnectionHandler handler)
    {
        await using (Served)
        {
            await handler.OnConnectedAsync(Served);
        }
    }
}
