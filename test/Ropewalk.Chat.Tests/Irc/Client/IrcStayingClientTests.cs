using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Tests.Irc.Bot;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Sasl;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Client;

public sealed class IrcStayingClientTests
{
    private static readonly EndpointSpec Endpoint = EndpointSpec.Parse("tcp:server:6667");

    private static readonly SimulationOptions Strict = new() { Mode = SimulationMode.Strict, Seeds = SeedRange.Parse("1-20", null) };

    [Fact]
    public Task WhatWasMissedIsToldOnceAndInOrder() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            await using IrcStayingClient stayer = Start(Options(sim, home));
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
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            script.Before = (connection, message) =>
            {
                if (message.Command == "PART")
                {
                    ScriptedServer.Write(connection, $"@label={message.Tag("label")} :me!u@h PART {message[0]}");
                }

                return message.Command == "PART";
            };
            await using IrcStayingClient stayer = Start(Options(sim, home));
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
            await using IrcStayingClient stayer = Start(Options(sim, home));
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
            Assert.False(stayer.Ended.IsCompleted);
            script.Before = (connection, message) =>
            {
                if (message.Command == "NICK")
                {
                    ScriptedServer.Write(connection, ":s 464 * :Password incorrect");
                }

                return message.Command == "NICK";
            };
            await server.ListenAsync("tcp:6667", script.ServeAsync);
            Assert.Equal(464, (await Assert.ThrowsAsync<IrcRequestException>(() => stayer.GetClientAsync())).Numeric);
            Assert.Single(script.Connections);
        },
        Strict);

    [Fact]
    public Task AChannelThatTheServerPutItIntoIsNoReasonToGo() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim, offered: "");
            script.Before = (connection, message) =>
            {
                if (message.Command == "CAP" && message[0] == "END")
                {
                    ScriptedServer.Write(connection, ":s 001 me :hi\r\n:s 005 me CHANTYPES=# :are supported\r\n:s 422 me :no MOTD\r\n:me!u@h JOIN #x");
                }

                // a server that answers neither the JOIN nor the PING behind it
                return message.Command == "JOIN" || (message.Command == "PING" && message[0].StartsWith("rwb", StringComparison.Ordinal)) || (message.Command == "CAP" && message[0] == "END");
            };
            await using IrcStayingClient stayer = Start(Options(sim, home));
            var returns = new List<TimeSpan>();
            Task reading = ReadAsync(stayer, [], returns, sim);
            await WaitAsync(sim, () => returns.Count == 1);
            Assert.Single(script.Connections);
            await stayer.DisposeAsync();
            await reading;
        },
        Strict);

    [Fact]
    public Task OneNameThatCannotBeSaidDoesNotKeepItFromTheOthers() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            await using IrcStayingClient stayer = Start(Options(sim, home));
            await WaitAsync(sim, () => stayer.Current?.State.FindChannel("#x") is not null);
            // a server may name a channel as it likes, and give it any key
            ScriptedServer.Write(script.Connections[0], ":me!u@h JOIN #bad\u0007 * :r\r\n:me!u@h JOIN #z * :r\r\n:s MODE #x +k a,b");
            await script.Connections[0].Transport.Output.FlushAsync();
            await WaitAsync(sim, () => stayer.Channels.Count == 3);
            script.Connections[0].Abort();
            await WaitAsync(sim, () => script.Heard.Count(line => line.Contains("JOIN", StringComparison.Ordinal)) == 3);
            Assert.Contains(script.Heard, line => line.EndsWith("JOIN #z", StringComparison.Ordinal));
            Assert.Equal(2, script.Heard.Count(line => line.EndsWith("JOIN #x", StringComparison.Ordinal)));
        },
        Strict);

    [Theory]
    [InlineData("#x", "bad key")]
    [InlineData("#x", "")]
    [InlineData("#x", ":k")]
    [InlineData("#a,#b", null)]
    [InlineData(":#a", null)]
    [InlineData("", null)]
    public void WhatCannotBeJoinedIsSaidAtFirst(string channel, string? key)
    {
        var options = new IrcStayingOptions { Nick = "me", Channels = new Dictionary<string, string?> { [channel] = key } };
        Assert.Throws<ArgumentException>(options.Validate);
    }

    [Fact]
    public void NamesThatAreOneToTheServerAreAnErrorThatSaysSo()
    {
        var options = new IrcStayingOptions { Nick = "me", Channels = new Dictionary<string, string?> { ["#A["] = null, ["#a{"] = null } };
        Assert.Contains("#a{ is there twice", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    [Fact]
    public Task ServicesThatAreDownAreWaitedForAndRefusalsAreCounted() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            IrcStayingOptions options = Options(sim, home);
            options.Credentials = new SaslClientCredentials { Name = "acc", Password = "secret" };
            options.Mechanisms = [SaslMechanism.Plain];
            await using IrcStayingClient stayer = Start(options);
            await WaitAsync(sim, () => script.Connections.Count == 15);
            Assert.False(stayer.Ended.IsCompleted);
            bool isRight = false;
            script.Before = (connection, message) =>
            {
                if (message.Command == "AUTHENTICATE")
                {
                    ScriptedServer.Write(connection, message[0] == "PLAIN" ? "AUTHENTICATE +" : isRight ? ":s 900 me me!u@h acc :in\r\n:s 903 me :ok" : ":s 904 me :SASL authentication failed");
                }
                else if (message.Command == "NICK" && script.Connections.Count < 18)
                {
                    ScriptedServer.Write(connection, ":s 465 * :You are banned");
                }

                return message.Command == "AUTHENTICATE";
            };
            script.Offered += " sasl";
            int refused = script.Heard.Count;
            int Refusals() => script.Heard.Skip(refused).Count(line => line == "AUTHENTICATE PLAIN");
            await WaitAsync(sim, () => Refusals() == 9);
            isRight = true;
            await stayer.GetClientAsync();
            isRight = false;
            refused = script.Heard.Count;
            script.Connections[^1].Abort();
            await Assert.ThrowsAsync<IrcRequestException>(() => stayer.Ended);
            Assert.Equal(10, Refusals());
        },
        Strict);

    [Fact]
    public Task AStoreThatFailsEndsNothingAndOpensNothingInTheClear() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            IrcStayingOptions options = Options(sim, home);
            var store = new FailingStore { Fails = true };
            options.StsStore = store;
            await using IrcStayingClient stayer = Start(options);
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
            Assert.False(stayer.Ended.IsCompleted);
            Assert.Empty(script.Connections);
            store.Fails = false;
            await stayer.GetClientAsync();
        },
        Strict);

    [Fact]
    public Task AReaderThatReadsNoMoreHoldsUpNoEnd() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            IrcStayingOptions options = Options(sim, home);
            options.EventOverflow = IrcEventOverflow.Wait;
            options.EventCapacity = 20;
            IrcStayingClient stayer = Start(options);
            await WaitAsync(sim, () => stayer.Current?.State.FindChannel("#x") is not null);
            for (int i = 0; i < 60; i++)
            {
                await script.SayAsync("#x", $"{i}");
            }

            await WaitAsync(sim, () => stayer.Events.Waiting == 20);
            TimeSpan before = sim.Time.Elapsed;
            await stayer.DisposeAsync();
            Assert.InRange(sim.Time.Elapsed - before, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        },
        Strict);

    [Fact]
    public Task AChannelThatTheServerDoesNotLetItLeaveIsTold() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            script.Before = (connection, message) =>
            {
                if (message.Command == "PART")
                {
                    ScriptedServer.Write(connection, $"@label={message.Tag("label")} :s 442 me {message[0]} :You cannot leave");
                }

                return message.Command == "PART";
            };
            var log = new HeardLog();
            IrcStayingOptions options = Options(sim, home);
            options.LoggerFactory = log;
            await using IrcStayingClient stayer = Start(options);
            await WaitAsync(sim, () => stayer.Current?.State.FindChannel("#x") is not null);
            await stayer.SetChannelsAsync(new Dictionary<string, string?> { ["#x"] = null }, new Dictionary<string, string?>());
            Assert.Contains(log.Lines, line => line.StartsWith("#x was not left (442): You cannot leave", StringComparison.Ordinal));
            Assert.Empty(stayer.Channels);
        },
        Strict);

    [Fact]
    public Task ATextOfSeveralMessagesIsSentWithoutLeavingTheThread() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            await using IrcStayingClient stayer = Start(Options(sim, home));
            await stayer.JoinAsync("#x");
            IrcClient client = await stayer.GetClientAsync();
            IReadOnlyList<IrcSentMessage> sent = await client.SendMessageAsync("#x", new string('x', 1500));
            Assert.Equal(4, sent.Count);
            Assert.Equal(4, script.Heard.Count(line => line.Contains("PRIVMSG", StringComparison.Ordinal)));
            Assert.All(sent, each => Assert.True(each.IsAcknowledged));
        },
        Strict);

    [Fact]
    public async Task WhoGivesUpWaitingIsForgottenAndWrongChannelsChangeNothing()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        var options = new IrcStayingOptions { Nick = "me", Connections = served.Options().Connections, TimeProvider = served.Time, Limits = { MaxChannels = 2 } };
        await using IrcStayingClient stayer = IrcStayingClient.Start(EndpointSpec.Parse("mem:nobody"), options);
        for (int i = 0; i < 10; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<IrcClient> waiting = stayer.GetClientAsync(cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        Assert.Equal(0, stayer.Waiting);
        var none = new Dictionary<string, string?>();
        await Assert.ThrowsAsync<ArgumentException>(() => stayer.SetChannelsAsync(none, new Dictionary<string, string?> { ["#a"] = null, ["#b"] = "bad key" }));
        Assert.Empty(stayer.Channels);
        await stayer.SetChannelsAsync(none, new Dictionary<string, string?> { ["#a"] = null, ["#b"] = null, ["#c"] = null });
        Assert.Equal(2, stayer.Channels.Count);
    }

    private sealed class FailingStore : IIrcStsStore
    {
        public bool Fails { get; set; }

        public ValueTask<IrcStsPolicy?> FindAsync(string host, CancellationToken cancellationToken = default) => Fails ? throw new IOException("the disk") : ValueTask.FromResult<IrcStsPolicy?>(null);

        public ValueTask PutAsync(string host, IrcStsPolicy? policy, CancellationToken cancellationToken = default) => throw new IOException("the disk");
    }

    [Fact]
    public Task AHostWithAPolicyIsNeverReachedInTheClear() => Simulation.RunAsync(
        async sim =>
        {
            (ScriptedServer script, SimHost home) = await ServeAsync(sim);
            IrcClientOptions options = Options(sim, home);
            await options.StsStore.PutAsync("server", new IrcStsPolicy(6697, home.Time.GetUtcNow() + TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
            await Assert.ThrowsAsync<EndpointException>(() => IrcClient.ConnectAsync(Endpoint, options));
            Assert.Empty(script.Heard);

            // what has expired does not hold
            await sim.DelayAsync(TimeSpan.FromHours(2));
            await using IrcClient client = await IrcClient.ConnectAsync(Endpoint, options);
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
            await Assert.ThrowsAsync<EndpointException>(() => IrcClient.ConnectAsync(Endpoint, options));
            Assert.Equal(["CAP LS 302"], script.Heard);
            Assert.Null(await options.StsStore.FindAsync("server"));

            // nor does a secure port that is not secure
            await server.ListenAsync("tcp:6697", script.ServeAsync);
            await Assert.ThrowsAsync<IrcRequestException>(() => IrcClient.ConnectAsync(Endpoint, options));
            Assert.DoesNotContain("PASS secret", script.Heard);
        },
        Strict);

    // What nearly all begin with: a server on one host, and another host for the client.
    private static async Task<(ScriptedServer Script, SimHost Home)> ServeAsync(Simulation sim, string offered = ScriptedServer.Capabilities)
    {
        SimHost server = sim.AddHost("server");
        var script = new ScriptedServer { Time = server.Time, Offered = offered };
        await server.ListenAsync("tcp:6667", script.ServeAsync);
        return (script, sim.AddHost("home"));
    }

    private static IrcStayingClient Start(IrcStayingOptions options) => IrcStayingClient.Start(Endpoint, options);

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
