using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Bench;

/// <summary>An hour of a simulated network: a thousand clients that say a line every half minute, and lose their connection with one in a hundred.</summary>
internal static class SimulatedHour
{
    private const int Clients = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly byte[] Line = [.. new string('x', 62).Select(letter => (byte)letter), (byte)'\r', (byte)'\n'];

    /// <summary>Runs one hour and prints the real seconds, the CPU seconds and the lines that were delivered.</summary>
    public static async Task RunAsync(SimulationMode mode, bool echoes)
    {
        long delivered = 0;
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        SimulationLog log = await Simulation.RunAsync(
            async sim =>
            {
                SimHost server = sim.AddHost("server");
                await server.ListenAsync("tcp:7", ServeAsync);
                using IDisposable resets = sim.AddRule((in LinkUnit unit) =>
                    unit.Kind == LinkUnitKind.Stream && unit.To == server && sim.Random.Next(100) == 0 ? LinkVerdict.Reset : LinkVerdict.Pass);
                await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => TalkAsync(sim, sim.AddHost($"client{i}"))));
            },
            new SimulationOptions { Mode = mode, Seed = 1, LogEvents = 0 });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.000} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.000} {delivered} {log.Trace:x16}"));

        async Task ServeAsync(ConnectionContext connection)
        {
            LineDecoder decoder = Frames.Lines(512);
            PipeReader input = connection.Transport.Input;
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                int lines = Count(decoder, input, read.Buffer);
                delivered += lines;
                for (int i = 0; echoes && i < lines; i++)
                {
                    await connection.Transport.Output.WriteAsync(Line);
                }

                if (read.IsCompleted)
                {
                    return;
                }
            }
        }

        async Task TalkAsync(Simulation sim, SimHost client)
        {
            await sim.DelayAsync(Interval * sim.Random.NextDouble());
            while (sim.Time.Elapsed < Hour)
            {
                ConnectionContext? connection = null;
                try
                {
                    connection = await client.ConnectAsync("tcp:server:7");
                    LineDecoder decoder = Frames.Lines(512);
                    while (sim.Time.Elapsed < Hour)
                    {
                        await connection.Transport.Output.WriteAsync(Line);
                        if (echoes)
                        {
                            ReadResult read = await connection.Transport.Input.ReadAsync();
                            delivered += Count(decoder, connection.Transport.Input, read.Buffer);
                        }

                        await sim.DelayAsync(Interval);
                        if (connection.ConnectionClosed.IsCancellationRequested)
                        {
                            break;
                        }
                    }
                }
                catch (Exception lost) when (lost is IOException or EndpointException)
                {
                    // the next one
                }
                finally
                {
                    if (connection is not null)
                    {
                        await connection.DisposeAsync();
                    }
                }
            }
        }
    }

    private static int Count(LineDecoder decoder, PipeReader input, ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        int lines = 0;
        while (decoder.Decode(ref reader, out _) == DecodeStatus.Frame)
        {
            lines++;
        }

        input.AdvanceTo(reader.Position, buffer.End);
        return lines;
    }
}
