using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Server;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Tests.Sessions;

namespace Ropewalk.Tests.Scenarios;

/// <summary>A session's deadlines and answers, kept while its peer takes nothing for a while and the links fail.</summary>
public sealed class SessionScenarios : FaultScenario
{
    private static readonly byte[] Big = [.. Enumerable.Repeat((byte)'a', 300)];

    [Fact]
    public Task Who_says_nothing_is_told_so_and_who_asks_is_answered() => RunAsync(async sim =>
    {
        TimeSpan idle = TimeSpan.FromSeconds(15);
        SimHost server = sim.AddHost("server");
        sim.Links = sim.Links with { WindowBytes = 4 * 1024 };
        server.Streams.OutputPauseBytes = 4 * 1024;
        var options = new SessionOptions { TimeProvider = server.Time };
        var handler = new LineHandler(options) { Make = () => new LineSession(idle), Handle = AnswerAsync };
        Listening listening = await server.ListenAsync("tcp:7", handler.OnConnectedAsync);
        // in every other run the weather is fine, and then the session's time is exact
        bool isFine = sim.Seed % 2 == 0;
        Task storm = isFine
            ? sim.DelayAsync(TimeSpan.FromMinutes(2))
            : sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(2), Resets = false, LongestFault = TimeSpan.FromSeconds(20) });
        Task[] talking = [.. AddClients(sim, 4).Select(TalkAsync)];
        await storm;

        // nobody says anything now, or closes: what ends them is the session's deadline, and the time that a peer may take nothing
        await sim.DelayAsync(idle + options.FlushTimeout + options.LingerTimeout + TimeSpan.FromMinutes(3));
        Assert.Equal(0, listening.ConnectionCount);
        await Task.WhenAll(talking);

        async Task TalkAsync(SimHost client) => await WeatherAsync(async () =>
        {
            await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            await WeatherAsync(async () =>
            {
                var talk = new LineTalk(connection);
                for (int i = 0; !storm.IsCompleted; i++)
                {
                    int asked = sim.Random.Next(1, 200);
                    await talk.WriteAsync($"{asked}");

                    // the answer may be more than ways and buffers hold, and then the session waits as long as this
                    await PauseAsync(sim, TimeSpan.FromSeconds(sim.Random.Next(2) == 0 ? 50 : 5));
                    for (int n = 0; n < asked; n++)
                    {
                        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5), client.Time);
                        string? line = await talk.ReadAsync(patience.Token);
                        if (line is null)
                        {
                            return;
                        }

                        if (line == "too slow")
                        {
                            Assert.Equal(0, n);
                            return;
                        }

                        Assert.Equal(Big.Length, line.Length);
                    }

                    if (sim.Random.Next(3) == 0)
                    {
                        TimeSpan silent = sim.Time.Elapsed;
                        string? last = await talk.ReadAsync();
                        Assert.True(!isFine || last == "too slow", $"{last} was said to who says nothing");
                        Assert.True(!isFine || sim.Time.Elapsed - silent <= idle + TimeSpan.FromSeconds(1), $"{client} was told after {sim.Time.Elapsed - silent} of silence");
                        return;
                    }
                }
            });
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
        });

        static ValueTask AnswerAsync(LineEvent line, SessionTurn<LineSession> turn)
        {
            for (int n = int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture); n > 0; n--)
            {
                turn.Session.Say(new ReadOnlySequence<byte>(Big), turn.Output);
            }

            return default;
        }
    });
}
