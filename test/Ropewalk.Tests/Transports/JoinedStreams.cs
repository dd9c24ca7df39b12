using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Transports;

/// <summary>Joins two connections of a transport, and reads and writes them with patience.</summary>
public abstract class JoinedStreams
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected abstract IConnectionListenerFactory Listeners { get; }

    protected abstract IConnectionFactory Clients { get; }

    protected abstract EndPoint NewEndPoint();

    /// <summary>Gets whether TLS is spoken.</summary>
    protected virtual bool IsEncrypted => false;

    /// <summary>Gets whether more crosses the wire than the handlers wrote.</summary>
    protected virtual bool IsFramed => IsEncrypted;

    protected async Task<Joined> JoinAsync()
    {
        IConnectionListener listener = await Listeners.BindAsync(NewEndPoint());
        ValueTask<ConnectionContext?> accepting = listener.AcceptAsync();
        ConnectionContext client = await Clients.ConnectAsync(listener.EndPoint);
        ConnectionContext? server = await accepting.AsTask().WaitAsync(Patience);
        return new Joined(listener, client, server!);
    }

    protected static async Task<string> ReadTextAsync(ConnectionContext connection, int length)
    {
        ReadResult result = await connection.Transport.Input.ReadAtLeastAsync(length).AsTask().WaitAsync(Patience);
        string text = Encoding.ASCII.GetString(result.Buffer.ToArray());
        connection.Transport.Input.AdvanceTo(result.Buffer.End);
        return text;
    }

    protected static async Task<byte[]> ReadToEndAsync(ConnectionContext connection)
    {
        ArrayBufferWriter<byte> all = new();
        while (true)
        {
            ReadResult result = await connection.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            foreach (ReadOnlyMemory<byte> piece in result.Buffer)
            {
                all.Write(piece.Span);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }
        }
    }

    protected static Task ClosedAsync(ConnectionContext connection) => FiredAsync(connection.ConnectionClosed);

    protected static ConnectionEnd EndOf(ConnectionContext connection) => connection.Features.GetRequiredFeature<IConnectionEndFeature>().End;

    protected static async Task FiredAsync(CancellationToken token)
    {
        TaskCompletionSource fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(Patience);
    }

    protected static async Task EchoOnceAsync(Joined joined)
    {
        await joined.Client.Transport.Output.WriteAsync("x"u8.ToArray());
        Assert.Equal("x", await ReadTextAsync(joined.Server, 1));
    }

    protected static async Task WriteAllAsync(PipeWriter output, byte[] bytes)
    {
        for (int offset = 0; offset < bytes.Length; offset += 16 * 1024)
        {
            FlushResult flushed = await output.WriteAsync(bytes.AsMemory(offset, Math.Min(16 * 1024, bytes.Length - offset)));
            if (flushed.IsCompleted)
            {
                return;
            }
        }

        output.Complete();
    }

    protected static async Task ServeEchoAsync(IConnectionListener listener, int count)
    {
        List<Task> served = [];
        for (int i = 0; i < count; i++)
        {
            ConnectionContext? connection = await listener.AcceptAsync();
            served.Add(EchoAsync(connection!));
        }

        await Task.WhenAll(served);
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        await using ConnectionContext owned = connection;
        while (true)
        {
            ReadResult result = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in result.Buffer)
            {
                await connection.Transport.Output.WriteAsync(piece);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    protected sealed record Joined(IConnectionListener Listener, ConnectionContext Client, ConnectionContext Server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Abort(new ConnectionAbortedException("The test is over."));
            Server.Abort(new ConnectionAbortedException("The test is over."));
            await Client.DisposeAsync();
            await Server.DisposeAsync();
            await Listener.DisposeAsync();
        }
    }
}
