using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Relay;
using Ropewalk.Testing;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Relay;

public sealed class RelayHandlerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Each_connection_gets_one_of_its_own_which_is_disposed_in_the_end()
    {
        (ConnectionContext client, ConnectionContext near) = MemoryTransport.CreatePair();
        (ConnectionContext far, ConnectionContext server) = MemoryTransport.CreatePair();
        var handler = new RelayHandler((_, _) => ValueTask.FromResult(far));
        Task handling = handler.OnConnectedAsync(near);
        await client.Transport.Output.WriteAsync("hello"u8.ToArray());
        ReadResult read = await server.Transport.Input.ReadAtLeastAsync(5).AsTask().WaitAsync(Patience);
        Assert.Equal(5, read.Buffer.Length);
        server.Transport.Input.AdvanceTo(read.Buffer.End);
        await client.Transport.Output.CompleteAsync();
        await server.Transport.Output.CompleteAsync();
        await handling.WaitAsync(Patience);
        var closed = new TaskCompletionSource();
        far.ConnectionClosed.Register(closed.SetResult);
        await closed.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_far_side_that_cannot_be_reached_resets_the_near_one()
    {
        (ConnectionContext client, ConnectionContext near) = MemoryTransport.CreatePair();
        var handler = new RelayHandler((_, _) => throw new IOException("refused"));
        await handler.OnConnectedAsync(near).WaitAsync(Patience);
        await Assert.ThrowsAsync<ConnectionResetException>(() => client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_far_side_that_does_not_answer_is_given_up()
    {
        (ConnectionContext client, ConnectionContext near) = MemoryTransport.CreatePair();
        var time = new VirtualTime();
        var handler = new RelayHandler(NeverAsync, new RelayOptions { ConnectTimeout = TimeSpan.FromSeconds(7) }, time);
        Task handling = handler.OnConnectedAsync(near);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(handling.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await handling.WaitAsync(Patience);
        await Assert.ThrowsAsync<ConnectionResetException>(() => client.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_client_that_leaves_meanwhile_ends_the_attempt()
    {
        (ConnectionContext client, ConnectionContext near) = MemoryTransport.CreatePair();
        Task handling = new RelayHandler(NeverAsync).OnConnectedAsync(near);
        client.Abort(new ConnectionAbortedException("test"));
        await handling.WaitAsync(Patience);
    }

    private static async ValueTask<ConnectionContext> NeverAsync(ConnectionContext near, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException();
    }
}
