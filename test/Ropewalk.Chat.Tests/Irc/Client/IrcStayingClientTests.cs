using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Client;

public sealed class IrcStayingClientTests
{
    private static readonly SimulationOptions Strict = new() { Mode = SimulationMode.Strict, Seeds = SeedRange.Parse("1-20", null) };

    [Fact]
    public Task WhatWasMissedIsToldOnceAndInOrder() => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("home"));
            var script = new ScriptedServer { Time = server.Time };
            await server.ListenAsync("tcp:6667", script.ServeAsync);
            await using IrcStayingClient stayer = IrcStayingClient.Start(EndpointSpec.Parse("tcp:server:6667"), Options(sim, home));
            var texts = new List<string>();
            var returns = new List<TimeSpan>();
            Task reading = ReadAsync(stayer, texts, returns, sim);
            await WaitAsync(sim, () => returns.Count == 1);

            int said = 0;
            for (int round = 0; round < 3; round++)
            {
                for (int i = 0; i < 5; i++)
                {
                    await script.SayAsync("#x", $"{said++}");
                    await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(40)));
                }

                script.Connections[^1].Abort();
                int connections = script.Connections.Count;
                // while the client is away, while it comes back, and while it fetches
                for (int i = 0; i < 12 || script.Connections.Count == connections || returns.Count < round + 2; i++)
                {
                    await script.SayAsync("#x", $"{said++}");
                    await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(400)));
                }
            }

            await WaitAsync(sim, () => texts.Count == said);
            Assert.Equal(Enumerable.Range(0, said).Select(i => $"{i}"), texts);
            Assert.Equal(texts, stayer.GetHistory("#X").Select(text => text.Text));
            await stayer.StopAsync("enough");
            await reading;
            Assert.Equal("QUIT enough", script.Heard[^1]);
            await stayer.Ended;
        },
        Strict);

    [Fact]
    public Task ChannelsAreJoinedAgainWithTheirKeysAndThoseThatWereLeftAreNot() => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("home"));
            var script = new ScriptedServer { Time = server.Time };
            script.Before = (connection, message) =>
            {
                if (message.Command == "PART")
                {
                    ScriptedServer.Write(connection, $"@label={message.Tag("label")} :me!u@h PART {message[0]}");
                }

                return message.Command == "PART";
            };
            await server.ListenAsync("tcp:6667", script.ServeAsync);
            await using IrcStayingClient stayer = IrcStayingClient.Start(EndpointSpec.Parse("tcp:server:6667"), Options(sim, home));
            await stayer.JoinAsync("#keyed", "secret");
            await stayer.JoinAsync("#left");
            await stayer.PartAsync("#left");
            int before = script.Heard.Count;
            script.Connections[0].Abort();
            await WaitAsync(sim, () => script.Heard.Skip(before).Count(line => line.Contains("JOIN", StringComparison.Ordinal)) == 2);
            Assert.Contains(script.Heard.Skip(before), line => line.EndsWith("JOIN #keyed secret", StringComparison.Ordinal));
            Assert.Contains(script.Heard.Skip(before), line => line.EndsWith("JOIN #x", StringComparison.Ordinal));
        },
        Strict);

    [Fact]
    public Task AServerThatIsGoneIsTriedAgainAndAWrongPasswordIsNot() => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("home"));
            var script = new ScriptedServer { Time = server.Time };
            await using IrcStayingClient stayer = IrcStayingClient.Start(EndpointSpec.Parse("tcp:server:6667"), Options(sim, home));
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
            Assert.False(stayer.Ended.IsCompleted);
            script.Before = (connection, message) =>
            {
                if (message.Command == "NICK")
                {
                    ScriptedServer.Write(connection, ":s 465 * :You are banned");
                }

                return message.Command == "NICK";
            };
            await server.ListenAsync("tcp:6667", script.ServeAsync);
            Assert.Equal(465, (await Assert.ThrowsAsync<IrcRequestException>(() => stayer.GetClientAsync())).Numeric);
            Assert.Single(script.Connections);
        },
        Strict);

    [Fact]
    public Task AHostWithAPolicyIsNeverReachedInTheClear() => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("home"));
            var script = new ScriptedServer { Time = server.Time };
            await server.ListenAsync("tcp:6667", script.ServeAsync);
            IrcClientOptions options = Options(sim, home);
            await options.StsStore.PutAsync("server", new IrcStsPolicy(6697, home.Time.GetUtcNow() + TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
            await Assert.ThrowsAsync<EndpointException>(() => IrcClient.ConnectAsync(EndpointSpec.Parse("tcp:server:6667"), options));
            Assert.Empty(script.Heard);

            // what has expired does not hold
            await sim.DelayAsync(TimeSpan.FromHours(2));
            await using IrcClient client = await IrcClient.ConnectAsync(EndpointSpec.Parse("tcp:server:6667"), options);
            Assert.False(client.IsSecure);
        },
        Strict);

    [Fact]
    public Task AServerThatAsksForTlsGetsNothingElseInTheClear() => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("home"));
            var script = new ScriptedServer { Time = server.Time, Offered = "sts=port=6697,duration=600" };
            await server.ListenAsync("tcp:6667", script.ServeAsync);
            IrcClientOptions options = Options(sim, home);
            options.Password = "secret";
            await Assert.ThrowsAsync<EndpointException>(() => IrcClient.ConnectAsync(EndpointSpec.Parse("tcp:server:6667"), options));
            Assert.Equal(["CAP LS 302"], script.Heard);
            Assert.Null(await options.StsStore.FindAsync("server"));

            // nor does a secure port that is not secure
            await server.ListenAsync("tcp:6697", script.ServeAsync);
            await Assert.ThrowsAsync<IrcRequestException>(() => IrcClient.ConnectAsync(EndpointSpec.Parse("tcp:server:6667"), options));
            Assert.DoesNotContain("PASS secret", script.Heard);
        },
        Strict);

    private static IrcStayingOptions Options(Simulation sim, SimHost home) => new()
    {
        Nick = "me",
        Connections = new ConnectionClient(home.Context),
        TimeProvider = home.Time,
        Retry = new RetryPolicy(sim.Random),
        StsStore = new MemoryIrcStsStore(),

        // real TLS leaves the simulation's thread; IrcStsTests has it
        SecureEndpoint = (host, port) => EndpointSpec.Tcp(host, port),
        Channels = new Dictionary<string, string?> { ["#x"] = null },
    };

    private static async Task ReadAsync(IrcStayingClient stayer, List<string> texts, List<TimeSpan> returns, Simulation sim)
    {
        await foreach (IrcClientEvent told in stayer.Events)
        {
            if (told is IrcTextEvent text)
            {
                texts.Add(text.Text);
            }
            else if (told is IrcReturnedEvent)
            {
                returns.Add(TimeSpan.Zero);
            }
        }
    }

    private static async Task WaitAsync(Simulation sim, Func<bool> isSo)
    {
        for (int i = 0; i < 10_000 && !isSo(); i++)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(isSo());
    }
}
