using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Relay;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Scenarios;

/// <summary>Bytes and ends of both directions: what TCP keeps through bad links and partitions, the transports and the relay keep.</summary>
public sealed class TransferScenarios : FaultScenario
{
    private const int MostBytes = 200_000;

    /// <summary>Longer than the weather and TCP's backoff in it: where nothing is reset, nothing is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public Task What_only_waits_arrives_whole_and_ends() => RunAsync(async sim =>
    {
        SimHost server = sim.AddHost("server");
        await server.ListenAsync("tcp:7", EchoAsync);
        await TransferAsync(sim, "tcp:server:7", new StormOptions { Duration = TimeSpan.FromMinutes(2), Resets = false }, mayBeLost: false);
    });

    [Fact]
    public Task What_only_waits_goes_through_a_relay_whole_and_ends() => RunAsync(async sim =>
    {
        (SimHost server, SimHost middle) = (sim.AddHost("server"), sim.AddHost("middle"));
        await server.ListenAsync("tcp:7", EchoAsync);
        var far = new ConnectionClient(middle.Context, new ConnectionClientOptions { ConnectTimeout = Patience });
        var relay = new RelayHandler(ReachAsync, new RelayOptions { ConnectTimeout = Patience }, middle.Time);
        await middle.ListenAsync("tcp:7", relay.OnConnectedAsync);
        await TransferAsync(sim, "tcp:middle:7", new StormOptions { Duration = TimeSpan.FromMinutes(2), Resets = false }, mayBeLost: false);

        // seven requests may all be lost
        async ValueTask<ConnectionContext> ReachAsync(ConnectionContext near, CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    return await far.ConnectAsync("tcp:server:7", cancellationToken);
                }
                catch (EndpointException)
                {
                    await sim.DelayAsync(TimeSpan.FromSeconds(1), cancellationToken);
                }
            }
        }
    });

    [Fact]
    public Task What_is_reset_is_never_taken_for_the_end() => RunAsync(async sim =>
    {
        SimHost server = sim.AddHost("server");
        await server.ListenAsync("tcp:7", EchoAsync);
        await TransferAsync(sim, "tcp:server:7", new StormOptions { Duration = TimeSpan.FromMinutes(2), Interval = TimeSpan.FromSeconds(3) }, mayBeLost: true);
    });

    [Fact]
    public Task What_is_reset_behind_a_relay_is_never_taken_for_the_end() => RunAsync(async sim =>
    {
        (SimHost server, SimHost middle) = (sim.AddHost("server"), sim.AddHost("middle"));
        await server.ListenAsync("tcp:7", EchoAsync);
        var far = new ConnectionClient(middle.Context);
        var relay = new RelayHandler((_, cancellationToken) => far.ConnectAsync("tcp:server:7", cancellationToken), new RelayOptions(), middle.Time);
        await middle.ListenAsync("tcp:7", relay.OnConnectedAsync);
        await TransferAsync(sim, "tcp:middle:7", new StormOptions { Duration = TimeSpan.FromMinutes(1), Interval = TimeSpan.FromSeconds(2) }, mayBeLost: true, times: 2);
    });

    [Fact]
    public Task What_has_piled_up_is_read_to_its_end() => RunAsync(async sim =>
    {
        // far more than one turn of a connection reads, and all of it there before the first read
        sim.Links = sim.Links with { WindowBytes = 2 * 1024 * 1024, BytesPerSecond = 1e7 };
        int length = sim.Random.Next(1_100_000, 1_500_000), received = 0;
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", async connection =>
        {
            await PauseAsync(sim, TimeSpan.FromSeconds(5));
            while (true)
            {
                ReadResult read = await connection.Transport.Input.ReadAsync();
                received += (int)read.Buffer.Length;
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        });
        client.Streams = new StreamTransportOptions { CloseTimeout = Patience };
        await using (ConnectionContext connection = await client.ConnectAsync("tcp:server:7"))
        {
            await connection.Transport.Output.WriteAsync(new byte[length]);
            await connection.Transport.Output.CompleteAsync();
            using var patience = new CancellationTokenSource(Patience, client.Time);
            Assert.True((await connection.Transport.Input.ReadAsync(patience.Token)).IsCompleted);
        }

        Assert.Equal(length, received);
    });

    private static async Task TransferAsync(Simulation sim, string to, StormOptions weather, bool mayBeLost, int times = 4)
    {
        SimHost[] clients = AddClients(sim, 3);
        foreach (SimHost host in sim.Hosts)
        {
            host.Streams = new StreamTransportOptions { CloseTimeout = Patience };
        }

        Task storm = sim.StormAsync(weather);
        await Task.WhenAll(clients.Select(async client =>
        {
            for (int i = 0; i < times; i++)
            {
                await PauseAsync(sim, TimeSpan.FromSeconds(30));
                try
                {
                    await TransferOnceAsync(sim, client, to, sim.Random.Next(MostBytes));
                }
                catch (Exception exception) when (IsWeather(exception) && mayBeLost)
                {
                    // told to both, and so no harm
                }
                catch (EndpointException)
                {
                    // not even a request came through
                }
            }
        }));
        await storm;
    }

    private static async Task TransferOnceAsync(Simulation sim, SimHost client, string to, int length)
    {
        var connecting = new ConnectionClient(client.Context, new ConnectionClientOptions { ConnectTimeout = Patience });
        await using ConnectionContext connection = await connecting.ConnectAsync(to);
        using var patience = new CancellationTokenSource(Patience, client.Time);
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        Task sending = SendAsync(sim, connection.Transport.Output, sent, patience.Token);
        byte[] received = await ReadToEndAsync(sim, connection.Transport.Input, patience.Token);
        Assert.True(sent.AsSpan().SequenceEqual(received), $"{client}: of {sent.Length} bytes {received.Length} came back, alike up to {sent.AsSpan().CommonPrefixLength(received)}");
        await sending;
    }

    private static async Task SendAsync(Simulation sim, PipeWriter output, byte[] bytes, CancellationToken patience)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int piece = Math.Min(bytes.Length - at, sim.Random.Next(1, 40_000));
            await output.WriteAsync(bytes.AsMemory(at, piece), patience);
            at += piece;
            if (sim.Random.Next(4) == 0)
            {
                await PauseAsync(sim, TimeSpan.FromSeconds(2));
            }
        }

        await output.CompleteAsync();
    }

    private static async Task<byte[]> ReadToEndAsync(Simulation sim, PipeReader input, CancellationToken patience)
    {
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult read = await input.ReadAsync(patience);
            // sometimes less than all of it, so that what is left is offered again
            ReadOnlySequence<byte> taken = read.IsCompleted || sim.Random.Next(3) > 0 ? read.Buffer : read.Buffer.Slice(0, read.Buffer.Length / 2);
            foreach (ReadOnlyMemory<byte> piece in taken)
            {
                all.Write(piece.Span);
            }

            input.AdvanceTo(taken.End);
            if (read.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }

            // more often over what is left, so that it lies there when something else happens
            if (sim.Random.Next(taken.End.Equals(read.Buffer.End) ? 8 : 2) == 0)
            {
                await PauseAsync(sim, TimeSpan.FromSeconds(1));
            }
        }
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                connection.Transport.Output.Write(piece.Span);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            await connection.Transport.Output.FlushAsync();
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
