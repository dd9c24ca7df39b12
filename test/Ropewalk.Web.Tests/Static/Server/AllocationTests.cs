using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Counts what the whole process allocates, and so runs alone.</summary>
[Collection(typeof(AloneCollection))]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hot_file_allocates_nothing_per_request(bool withLog)
    {
        AccessLog? log = withLog ? new AccessLog(new StreamAccessLogSink(Stream.Null)) : null;
        StaticSiteOptions options = new() { Files = SiteUnderTest.Files(("/a.txt", new string('x', 1024))), CacheCheckInterval = TimeSpan.FromHours(1) };
        // over a real port: the memory transport allocates signals of its own
        EndpointContext context = new();
        await using StaticSiteServer server = await StaticSiteServer.StartAsync(new StaticSite(options, log), context, cancellationToken: TestContext.Current.CancellationToken);
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", TestContext.Current.CancellationToken);
        await using ConnectionContext connection = await context.ConnectAsync(EndpointSpec.FromEndPoint(listening.EndPoint), TestContext.Current.CancellationToken);
        byte[] request = Encoding.ASCII.GetBytes("GET /a.txt HTTP/1.1\r\nHost: site\r\nUser-Agent: test\r\n\r\n");
        long length = await AskAsync(connection, request, 1, 0);
        await AskAsync(connection, request, 3000, length);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        const int count = 3000;
        await AskAsync(connection, request, count, length);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / count;
        // the client's side included; what the runtime does beside it (tiering, timers) is spread over all
        Assert.InRange(each, 0, 40);
        if (log is not null) await log.DisposeAsync();
    }

    private static async Task<long> AskAsync(ConnectionContext connection, byte[] request, int count, long length)
    {
        long received = 0;
        for (int i = 0; i < count; i++)
        {
            await connection.Transport.Output.WriteAsync(request);
            received = 0;
            do
            {
                ReadResult result = await connection.Transport.Input.ReadAsync();
                received += result.Buffer.Length;
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }
            while (received < length || received < 1024);
        }
        return received;
    }
}
