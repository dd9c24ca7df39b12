using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Hosting;
using Ropewalk.Server;
using Ropewalk.WebSockets;

namespace Recipes;

/// <summary>A line server that is reached with nc and from a browser's page: the handler does not know the difference.</summary>
internal static class Browser
{
    private const string Page = """
        <!doctype html><title>upper</title><input autofocus><pre></pre>
        <script>
        const socket = new WebSocket(location.href.replace(/^http/, 'ws') + 'lines');
        socket.onmessage = event => document.querySelector('pre').append(event.data + '\n');
        document.querySelector('input').onchange = event => { socket.send(event.target.value); event.target.value = ''; };
        </script>
        """;

    public static async Task Main(string[] args)
    {
        // one message is one line; pages of other hosts may not connect
        var lines = new WebSocketServerOptions { Messages = WebSocketMessages.Lines };
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseRopewalkEndpoint(builder.Configuration["web"] ?? "tcp:127.0.0.1:7080");
        WebApplication app = builder.Build();
        app.MapGet("/", () => Results.Content(Page, "text/html"));
        app.Map("/lines", context => context.AcceptConnectionAsync(lines, UpperAsync));

        await using var server = new ConnectionServer();
        Listening plain = await server.ListenAsync(builder.Configuration["tcp"] ?? "tcp:127.0.0.1:7000", UpperAsync);
        Listening alone = await server.ListenAsync(builder.Configuration["ws"] ?? "ws:127.0.0.1:7001:messages=lines", UpperAsync);
        Console.WriteLine($"lines at {plain.EndPoint}");
        Console.WriteLine($"as a WebSocket without a page at {alone.EndPoint}");
        await app.RunAsync();
    }

    private static async Task UpperAsync(ConnectionContext connection)
    {
        (PipeReader input, PipeWriter output) = (connection.Transport.Input, connection.Transport.Output);
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                System.Text.Ascii.ToUpper(piece.Span, output.GetSpan(piece.Length), out int length);
                output.Advance(length);
            }

            input.AdvanceTo(read.Buffer.End);
            if ((await output.FlushAsync()).IsCompleted || read.IsCompleted)
            {
                return;
            }
        }
    }
}
