using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Sessions;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Sessions;

/// <summary>Counts what a message costs from the transport to the handler and back. Nothing else runs meanwhile: the whole process's allocations are counted.</summary>
[Collection(nameof(Alone))]
public sealed class SessionAllocationTests
{
    private const int Messages = 100_000;

    // The steady state is what counts: code that the runtime has not optimized yet boxes awaiters, and on a busy machine it takes its time.
    private const int MaxBatches = 12;

    // Without the optimizer the compiler makes a class of each async method's state.
    private static readonly bool IsOptimized =
        typeof(SessionOptions).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    public SessionAllocationTests() => Assert.SkipUnless(IsOptimized, "allocations are counted in a Release build");

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task AMessageOfALineProtocolAllocatesNothing(int pipelined)
    {
        var handler = new LineHandler { Make = () => new LineSession(idle: TimeSpan.FromMinutes(5)) };
        await AllocatesNothingAsync(handler, pipelined);
    }

    [Fact]
    public async Task AMessageWhoseHandlingWaitsAllocatesNothingInTheDriver()
    {
        // The handler answers from another turn of the thread pool, by a source that it uses again and again.
        var later = new LaterSource();
        var handler = new LineHandler { Handle = later.EchoAsync };
        // Turns hop between threads here, and the pool of awaiting states is per thread: some miss it. One allocation a message would be 24 bytes and more.
        await AllocatesNothingAsync(handler, 1, allowedBytes: Messages * 20L);
    }

    [Fact]
    public async Task APostAllocatesNothing()
    {
        // Each one waits for another thread.
        const int Posts = 30_000;
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        SessionPort<LineSession> port = (await handler.Begun).Port;
        var done = new SemaphoreSlim(0);
        long before = 0;
        for (int i = -Posts; i < Posts; i++)
        {
            if (i == 0)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
            }

            Assert.True(port.TryPost(static (_, state) => state.Release(), done));
            done.Wait();
        }

        AssertNothing(GC.GetTotalAllocatedBytes(precise: true) - before, Posts);
    }

    private static async Task AllocatesNothingAsync(LineHandler handler, int pipelined, long allowedBytes = Messages / 4)
    {
        (ConnectionContext client, ConnectionContext served) = ConnectionPair.Create();
        Task serving = handler.OnConnectedAsync(served);
        byte[] request = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("hello, world\r\n", pipelined)));
        long allocated = long.MaxValue;
        for (int batch = 0; batch < MaxBatches && allocated >= allowedBytes; batch++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await TalkAsync(client, request, Messages / pipelined);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        client.Abort();
        await serving;
        AssertNothing(allocated, Messages, allowedBytes);
    }

    private static void AssertNothing(long bytes, int messages, long? allowedBytes = null)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes for {messages} messages");
        // What is left is the runtime's own (the tiers of its compiler, its timers): one allocation a message would be 24 bytes and more.
        Assert.True(bytes < (allowedBytes ?? messages / 4), $"{bytes} bytes for {messages} messages");
    }

    private static async Task TalkAsync(ConnectionContext client, byte[] request, int times)
    {
        PipeReader input = client.Transport.Input;
        PipeWriter output = client.Transport.Output;
        for (int i = 0; i < times; i++)
        {
            request.CopyTo(output.GetSpan(request.Length));
            output.Advance(request.Length);
            await output.FlushAsync();
            long left = request.Length;
            while (left > 0)
            {
                ReadResult read = await input.ReadAsync();
                left -= read.Buffer.Length;
                input.AdvanceTo(read.Buffer.End);
            }
        }
    }
}
