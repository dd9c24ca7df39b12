using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Server;
using Ropewalk.Sessions;

await using var server = new ConnectionServer();
foreach (string endpoint in args.DefaultIfEmpty("tcp:127.0.0.1:7000"))
{
    Listening listening = await server.ListenAsync(endpoint, ShoutAsync);
    Console.WriteLine($"listening on {listening.EndPoint}");
}

Console.WriteLine("Enter stops it");
Console.ReadLine();

static async Task ShoutAsync(ConnectionContext connection)
{
    await foreach (ReadOnlySequence<byte> line in connection.Transport.Input.ReadFramesAsync(Frames.Lines(maxBytes: 200)))
    {
        string shouted = Encoding.UTF8.GetString(line).ToUpperInvariant();
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(shouted + "\r\n"));
    }
}
