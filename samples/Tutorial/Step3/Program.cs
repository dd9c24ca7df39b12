using System.Security.Cryptography;
using Guess;
using Ropewalk.Server;

var games = new GuessHandler(pickNumber: () => RandomNumberGenerator.GetInt32(1, 101));
await using var server = new ConnectionServer();
Listening listening = await server.ListenAsync(args.FirstOrDefault("tcp:127.0.0.1:7000"), games.OnConnectedAsync);
Console.WriteLine($"listening on {listening.EndPoint}; Enter stops it");
Console.ReadLine();
