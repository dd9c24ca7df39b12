using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Transports;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Transports;

public sealed class SocketConformanceTests : StreamConformance
{
    private readonly SocketTransport _transport = new();

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_wait_for_input_that_was_taken_meanwhile_is_renewed()
    {
        for (int round = 0; round < 20; round++)
        {
            await using Joined joined = await JoinAsync();
            var server = (SocketConnection)joined.Server;
            Socket socket = server.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
            PipeReader input = server.Transport.Input;
            await joined.Client.Transport.Output.WriteAsync(new byte[Block.SmallBytes + 100]);
            ReadResult result = await input.ReadAsync().AsTask().WaitAsync(Patience);
            Assert.Equal(Block.SmallBytes, result.Buffer.Length); // a full block: it does not wait for more, it knows of more
            input.AdvanceTo(result.Buffer.End);
            await Eventually.HoldsAsync(() => socket.Available == 100, "the rest is there");

            lock (server.Gate)
            {
                server.WantReadable(); // ends at once; what follows from that has to wait for the gate, or for the thread pool
                Assert.True(input.TryRead(out result));
                Assert.Equal(100, result.Buffer.Length);
                input.AdvanceTo(result.Buffer.End);
                ((IThreadPoolWorkItem)server).Execute(); // here, unless the thread pool was faster
            }

            joined.Client.Transport.Output.Complete();
            await FiredAsync(server.InputEnded);
        }
    }
}
