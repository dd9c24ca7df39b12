using Ropewalk.Server;

namespace Recipes;

/// <summary>Says hello over TLS, with the development certificate.</summary>
internal static class HelloTls
{
    public static async Task Main(string[] args)
    {
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(args.ElementAtOrDefault(0) ?? "tls:127.0.0.1:4443:dev", async connection =>
        {
            await connection.Transport.Output.WriteAsync("hello over TLS\n"u8.ToArray());
        });
        Console.WriteLine($"listening on {listening.EndPoint}; Enter stops it");
        Console.ReadLine();
    }
}
