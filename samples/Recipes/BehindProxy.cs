using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints.ProxyProtocol;
using Ropewalk.Server;

namespace Recipes;

/// <summary>Tells each client its address: its own, also where a relay that speaks the PROXY protocol stands between.</summary>
internal static class BehindProxy
{
    public static async Task Main(string[] args)
    {
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(args.ElementAtOrDefault(0) ?? @"proxy:trust=127.0.0.1:then=tcp\:127.0.0.1\:7000", ServeAsync);
        Console.WriteLine($"listening on {listening.EndPoint}; Enter stops it");
        Console.ReadLine();
    }

    private static async Task ServeAsync(ConnectionContext connection)
    {
        IProxyHeaderFeature? relayed = connection.Features.Get<IProxyHeaderFeature>();
        string via = relayed is null ? "" : $", by way of {relayed.Sender}";
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"you are {connection.RemoteEndPoint}{via}\r\n"));
    }
}
