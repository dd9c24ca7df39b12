using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Framing;
using Ropewalk.Sessions;

namespace Recipes;

/// <summary>Prints what a server says, and connects again whenever the connection is lost, more and more patiently while the server is away.</summary>
internal static class StayConnected
{
    public static async Task Main(string[] args)
    {
        EndpointSpec server = EndpointSpec.Parse(args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:7000");
        var retry = new RetryPolicy { InitialDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(30) };
        using var stop = new CancellationTokenSource();
        Task following = FollowAsync(server, retry, stop.Token);
        Console.WriteLine("Enter stops it");
        Console.ReadLine();
        await stop.CancelAsync();
        await following;
    }

    private static async Task FollowAsync(EndpointSpec server, RetryPolicy retry, CancellationToken stop)
    {
        try
        {
            await foreach (ConnectionContext connection in new ConnectionClient().StayConnectedAsync(server, retry, stop))
            {
                await using (connection)
                {
                    await PrintAsync(connection, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // as asked
        }
    }

    private static async Task PrintAsync(ConnectionContext connection, CancellationToken stop)
    {
        Console.WriteLine($"connected to {connection.RemoteEndPoint}");
        try
        {
            await foreach (ReadOnlySequence<byte> line in connection.Transport.Input.ReadFramesAsync(Frames.Lines(1000), stop))
            {
                Console.WriteLine(Encoding.UTF8.GetString(line));
            }

            Console.WriteLine("the server has ended");
        }
        catch (IOException failure)
        {
            Console.WriteLine($"lost: {failure.Message}");
        }
    }
}
