using System.Security.Cryptography;
using Guess;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Policies;
using Ropewalk.Server;

var games = new GuessHandler(pickNumber: () => RandomNumberGenerator.GetInt32(1, 101));
await using var server = new ConnectionServer();
Listening listening = await server.ListenAsync(args.FirstOrDefault("tls:127.0.0.1:7000:dev"), pipeline =>
{
    pipeline.UseRateLimit(new ConnectionRate { PerMinute = 60, Burst = 20 })
        .UseLimits(new ConnectionLimits { Total = 1000, PerAddress = 3 })
        .UseMemoryBudget()
        .UseIdleTimeout(TimeSpan.FromMinutes(1))
        .Run(games.OnConnectedAsync);
});
Console.WriteLine($"listening on {listening.EndPoint}; Enter stops it");
Console.ReadLine();
