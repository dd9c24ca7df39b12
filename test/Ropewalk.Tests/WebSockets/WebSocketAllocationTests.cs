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
            Send(near.Output, frame);
            Move(far.Input, far.Output);
            Assert.True(queue.TryEnqueue(shared));
            Move(near.Input, null);
        }
    }

    private static void Send(PipeWriter output, byte[] bytes)
    {
        ValueTask<FlushResult> flush = output.WriteAsync(bytes);
        Assert.True(flush.IsCompletedSuccessfully);
        _ = flush.Result;
    }

    private static void Move(PipeReader input, PipeWriter? output)
    {
        Assert.True(input.TryRead(out ReadResult read));
        foreach (ReadOnlyMemory<byte> piece in read.Buffer)
        {
            if (output is not null)
            {
                _ = output.WriteAsync(piece).Result;
            }
        }

        input.AdvanceTo(read.Buffer.End);
    }
}
