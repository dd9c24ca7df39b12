using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Framing;
using Ropewalk.Server;
using Ropewalk.Sessions;

namespace Recipes;

/// <summary>Echoes lines; on Ctrl-C or SIGTERM it finishes the line it is at, says goodbye to everybody, and waits three seconds for them to leave.</summary>
internal static class Goodbye
{
    public static async Task Main(string[] args)
    {
        var stop = new TaskCompletionSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var server = new ConnectionServer(options: new ConnectionServerOptions { DrainTimeout = TimeSpan.FromSeconds(3) });
        Listening listening = await server.ListenAsync(args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:7000", ServeAsync);
        Console.WriteLine($"listening on {listening.EndPoint}; Ctrl-C stops it");
        await stop.Task;
        Console.WriteLine($"stopping; {listening.ConnectionCount} connected");
        await server.StopAsync();
        Console.WriteLine("stopped");

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static async Task ServeAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        CancellationToken stopping = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested;
        using CancellationTokenRegistration wake = stopping.Register(input.CancelPendingRead);  // ends the loop, between two lines
        await foreach (ReadOnlySequence<byte> line in input.ReadFramesAsync(Frames.Lines(1000)))
        {
            output.Write(line.ToArray());
            await output.WriteAsync("\r\n"u8.ToArray());
        }

        if (stopping.IsCancellationRequested)
        {
            await output.WriteAsync("goodbye\r\n"u8.ToArray());
        }
    }
}
