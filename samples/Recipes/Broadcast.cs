using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Server;
using Ropewalk.Transports;

namespace Recipes;

/// <summary>Sends each line of the standard input to everybody who is connected. Who does not keep up is cut off; nobody waits for anybody.</summary>
internal static class Broadcast
{
    private static readonly ConcurrentDictionary<string, IOutboundQueueFeature> Listeners = new();

    public static async Task Main(string[] args)
    {
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:7000", ServeAsync);
        Console.WriteLine($"listening on {listening.EndPoint}; what is typed here goes to all");
        while (Console.ReadLine() is { } line)
        {
            SharedBytes news = SharedBytes.Own(Encoding.UTF8.GetBytes(line + "\r\n"));  // encoded once, for all
            int sent = Listeners.Values.Count(listener => listener.TryEnqueue(news));
            news.Release();
            Console.WriteLine($"sent to {sent}");
        }
    }

    private static async Task ServeAsync(ConnectionContext connection)
    {
        IOutboundQueueFeature queue = connection.Features.GetRequiredFeature<IOutboundQueueFeature>();
        queue.LimitBytes = 64 * 1024;                 // behind by more than this: closed
        queue.Overflow = OutboundOverflow.Close;      // Drop leaves gaps instead
        Listeners[connection.ConnectionId] = queue;
        Console.WriteLine($"{connection.RemoteEndPoint} listens");
        try
        {
            await connection.Transport.Input.CopyToAsync(Stream.Null, connection.ConnectionClosed);  // what they say is not heard
        }
        finally
        {
            Listeners.TryRemove(connection.ConnectionId, out _);
            Console.WriteLine($"{connection.RemoteEndPoint} has gone");
        }
    }
}
