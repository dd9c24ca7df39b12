using Microsoft.AspNetCore.Connections;
using Ropewalk.Policies;
using Ropewalk.Server;

namespace Recipes;

/// <summary>Echoes, to at most two connections of one address at once, and to at most six new ones of it a minute.</summary>
internal static class Limits
{
    public static async Task Main(string[] args)
    {
        var atOnce = new LimitsPolicy(new ConnectionLimits { Total = 1000, PerAddress = 2, PerIPv6Network = 2 });
        var rate = new RateLimitPolicy(new PeerRateLimiter(new ConnectionRate { PerMinute = 6, Burst = 6 }));
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:7000", pipeline => pipeline
            .UsePolicy(rate)
            .UsePolicy(atOnce)
            .Run(connection => connection.Transport.Input.CopyToAsync(connection.Transport.Output)));
        Console.WriteLine($"listening on {listening.EndPoint}; Enter tells how many were refused, and stops it");
        Console.ReadLine();
        Console.WriteLine($"refused: {atOnce.Refused} were too many at once, {rate.Refused} came too fast");
    }
}
