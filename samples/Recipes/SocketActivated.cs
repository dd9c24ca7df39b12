using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Server;

namespace Recipes;

/// <summary>Serves the socket that the service manager has bound, or a Unix socket of its own where it was started by hand.</summary>
internal static class SocketActivated
{
    public static async Task Main(string[] args)
    {
        bool isActivated = SocketActivation.FromEnvironment().Count > 0;
        string at = isActivated ? "systemd:" : args.ElementAtOrDefault(0) ?? "unix:/tmp/recipe.sock:mode=600";
        var stop = new TaskCompletionSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(at, connection => ServeAsync(connection, isActivated));
        Console.WriteLine($"listening on {listening.EndPoint}; Ctrl-C stops it");
        await stop.Task;  // a service has no terminal to wait for

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static async Task ServeAsync(ConnectionContext connection, bool isActivated)
    {
        string answer = isActivated ? "hello from a socket that was handed over" : "hello from a socket of my own";
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
    }
}
