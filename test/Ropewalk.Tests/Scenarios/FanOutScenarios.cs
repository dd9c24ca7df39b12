using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Scenarios;

/// <summary>One line to many: nobody misses one, nobody gets one twice, and who does not read is cut.</summary>
public sealed class FanOutScenarios : FaultScenario
{
    private const int Lines = 600;
    private const int Bound = 4 * 1024;

    [Fact]
    public Task Each_receives_every_line_in_order_until_he_is_told_otherwise() => RunAsync(async sim =>
    {
        sim.Links = sim.Links with { WindowBytes = 2048 };
        SimHost server = sim.AddHost("server");
        var members = new List<(ConnectionContext Connection, IOutboundQueueFeature Queue, int Since)>();
        int published = 0;
        bool isOver = false;
        await server.ListenAsync("tcp:7", async connection =>
        {
            IOutboundQueueFeature queue = connection.Features.Get<IOutboundQueueFeature>()!;
            queue.LimitBytes = Bound;
            members.Add((connection, queue, published));
            try
            {
                // the hub's clients say nothing; their end is all that is waited for
                await new LineTalk(connection).ReadAsync();
            }
            finally
            {
                members.RemoveAll(member => member.Connection == connection);
            }
        });
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromSeconds(60), LongestFault = TimeSpan.FromSeconds(15) });
        SimHost[] clients = AddClients(sim, 6);
        Task[] reading = [.. clients.Select((client, i) => ReadAsync(client, isStalled: i == 0))];
        for (; published < Lines; published++)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
            SharedBytes line = SharedBytes.Copy(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{published} {new string('x', published % 97)}\r\n")));
            foreach ((_, IOutboundQueueFeature queue, _) in members.ToArray())
            {
                queue.TryEnqueue(line);
                Assert.InRange(queue.QueuedBytes, 0, Bound);
            }

            line.Release();
        }

        // 300 lines are far more than one window and one queue hold
        Assert.DoesNotContain(members, member => Lines - member.Since > 300 && clients[0].Addresses.Contains(((IPEndPoint)member.Connection.RemoteEndPoint!).Address));
        await storm;
        isOver = true;
        await sim.DelayAsync(TimeSpan.FromMinutes(2));
        foreach ((ConnectionContext connection, _, _) in members.ToArray())
        {
            connection.Abort();
        }

        await Task.WhenAll(reading);

        async Task ReadAsync(SimHost client, bool isStalled)
        {
            while (!isOver)
            {
                int last = -1;
                await WeatherAsync(async () =>
                {
                    await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
                    if (isStalled)
                    {
                        await sim.DelayAsync(TimeSpan.FromSeconds(90));
                        return;
                    }

                    var talk = new LineTalk(connection);
                    while (true)
                    {
                        // a reset that is lost is told to nobody
                        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), client.Time);
                        if (await talk.ReadAsync(patience.Token) is not { } line)
                        {
                            return;
                        }

                        string[] parts = line.Split(' ');
                        int number = int.Parse(parts[0], CultureInfo.InvariantCulture);
                        Assert.Equal(number % 97, parts[1].Length);
                        Assert.True(last < 0 || number == last + 1, $"{client} received {number} after {last}");
                        last = number;
                        if (number == Lines - 1)
                        {
                            return;
                        }
                    }
                });
                if (last == Lines - 1)
                {
                    return;
                }

                await PauseAsync(sim, TimeSpan.FromSeconds(2));
            }
        }
    });
}
