using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Server;

namespace Ropewalk.Bench;

/// <summary>Sends back what it receives; for the echo and the idle benchmarks.</summary>
internal static class EchoServer
{
    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        var server = new ConnectionServer(arguments.CreateContext());
        await server.ListenAsync(arguments.EndpointSpec, EchoAsync);
        return server;
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                segment.Span.CopyTo(output.GetSpan(segment.Length));
                output.Advance(segment.Length);
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            await output.FlushAsync();
        }
    }
}
