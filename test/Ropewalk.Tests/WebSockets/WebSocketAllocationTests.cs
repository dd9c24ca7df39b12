using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

[Collection(nameof(Alone))]
public sealed class WebSocketAllocationTests
{
    private const int Rounds = 2000;

    [Fact]
    public async Task A_relayed_line_costs_no_allocation()
    {
        var options = new WebSocketServerOptions { Messages = WebSocketMessages.Lines };
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(options, transport: new MemoryTransportOptions { Scheduler = PipeScheduler.Inline });
        byte[] frame = WebSocketPeer.Text("PRIVMSG #ropewalk :a line as they are, of some length");
        IDuplexPipe near = peer.Raw.Transport;
        IDuplexPipe far = peer.Server.Transport;
        SharedBytes shared = SharedBytes.Copy("PING :x\r\n"u8);
        IOutboundQueueFeature queue = peer.Server.Features.Get<IOutboundQueueFeature>()!;
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < 5 && allocated > 0; attempt++)
        {
            Run(near, far, queue, shared, frame, 200);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(near, far, queue, shared, frame, Rounds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        shared.Release();
        Assert.Equal(0, allocated);
    }

    // all on one thread: the memory transport's ends wake each other inline
    private static void Run(IDuplexPipe near, IDuplexPipe far, IOutboundQueueFeature queue, SharedBytes shared, byte[] frame, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            ValueTask<ReadResult> reading = near.Input.ReadAsync();
            Send(near.Output, frame);
            Move(far);
            Assert.True(queue.TryEnqueue(shared));
            int messages = 0;
            while (messages < 2)
            {
                Assert.True(reading.IsCompleted);
                ReadResult read = reading.Result;
                messages += CountMessages(read.Buffer.FirstSpan);
                near.Input.AdvanceTo(read.Buffer.End);
                reading = messages < 2 ? near.Input.ReadAsync() : default;
            }
        }
    }

    private static int CountMessages(ReadOnlySpan<byte> frames)
    {
        int count = 0;
        for (; !frames.IsEmpty; count++)
        {
            frames = frames[(2 + frames[1])..];
        }

        return count;
    }

    private static void Send(PipeWriter output, byte[] bytes)
    {
        ValueTask<FlushResult> flush = output.WriteAsync(bytes);
        Assert.True(flush.IsCompletedSuccessfully);
        _ = flush.Result;
    }

    private static void Move(IDuplexPipe pipes)
    {
        Assert.True(pipes.Input.TryRead(out ReadResult read));
        Assert.True(read.Buffer.IsSingleSegment);
        _ = pipes.Output.WriteAsync(read.Buffer.First).Result;
        pipes.Input.AdvanceTo(read.Buffer.End);
    }
}
