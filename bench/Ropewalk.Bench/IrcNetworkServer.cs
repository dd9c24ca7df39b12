using System.Globalization;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Server;

namespace Ropewalk.Bench;

/// <summary>
/// An IRC server as it is by default, but that commands cost nothing and all clients may come from one address. On its control port, a
/// line <c>?</c> is answered with the bytes that the process has allocated so far.
/// </summary>
internal static class IrcNetworkServer
{
    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        var loads = new IrcConnectionClass { Name = "load", MaxConnections = 1_000_000, MaxPerAddress = 1_000_000, FloodAllowance = TimeSpan.Zero };
        if (arguments.SendQueueBytes > 0)
        {
            loads.SendQueueBytes = arguments.SendQueueBytes;
        }

        var options = new IrcServerOptions { Network = new IrcNetworkOptions { Classes = [loads] } };
        if (arguments.History >= 0)
        {
            options.Network.Limits.HistoryMessages = arguments.History;
        }

        IrcServer irc = await IrcServer.StartAsync(options);
        var server = new ConnectionServer(arguments.CreateContext());
        if (arguments.Control > 0)
        {
            await server.ListenAsync(string.Create(CultureInfo.InvariantCulture, $"tcp:127.0.0.1:{arguments.Control}"), LineServer.ServeAsync);
        }

        await server.ListenAsync(arguments.EndpointSpec, irc.OnConnectedAsync);
        return server;
    }
}
