using Ropewalk.Client;
using Ropewalk.Relay;
using Ropewalk.Server;

namespace Recipes;

/// <summary>Relays every connection to another endpoint, half-close included.</summary>
internal static class Relay
{
    public static async Task Main(string[] args)
    {
        string from = args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:7001";
        string to = args.ElementAtOrDefault(1) ?? "tcp:127.0.0.1:7000";
        var client = new ConnectionClient();
        var relay = new RelayHandler((_, cancellationToken) => client.ConnectAsync(to, cancellationToken), new RelayOptions { IdleTimeout = TimeSpan.FromMinutes(10) });
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(from, relay.OnConnectedAsync);
        Console.WriteLine($"relaying {listening.EndPoint} to {to}; Enter stops it");
        Console.ReadLine();
    }
}
