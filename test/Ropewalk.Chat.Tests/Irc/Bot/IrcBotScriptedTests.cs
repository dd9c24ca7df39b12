using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Chat.Tests.Irc.Client;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Sasl;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Bot;

/// <summary>What a server may say to a bot, and how a bot lives in a host.</summary>
public sealed class IrcBotScriptedTests
{
    [Fact]
    public Task HistoryEchoesAndMarkedBotsTriggerNothingAndAccountsCount() => BotWorld.RunAsync(
        async world =>
        {
            ScriptedServer script = await world.ScriptAsync();
            var heard = new List<string>();
            IrcBotOptions options = world.Options("knot");
            await world.StartHereAsync(options, bot =>
            {
                bot.OnPattern(context => context.Text.StartsWith("secret", StringComparison.Ordinal), Note).RequireAccounts("Alice");
                bot.OnMessage(Note);
            });
            ConnectionContext connection = script.Connections[0];
            foreach (string line in (string[])
            [
                ":s BATCH +p chathistory #x", "@batch=p :bob!b@h PRIVMSG #x :old", ":s BATCH -p",
                ":s BATCH +z znc.in/playback #x", "@batch=z :bob!b@h PRIVMSG #x :played back", ":s BATCH -z",
                "@bot :rob!r@h PRIVMSG #x :a robot", ":irc.server PRIVMSG #x :the server", ":bob!b@h NOTICE #x :a notice", "PRIVMSG #x :nobody",
                ":knot!u@h PRIVMSG #x :an echo", ":bob!b@h PRIVMSG knot :\u0001VERSION\u0001",
                "@account=mallory :alice!a@h PRIVMSG #x :secret 1", ":alice!a@h PRIVMSG #x :secret 2", "@account=alice :bob!b@h PRIVMSG #x :secret 3", ":bob!b@h PRIVMSG #x :new",
            ])
            {
                ScriptedServer.Write(connection, line);
            }

            await connection.Transport.Output.FlushAsync();
            await world.PassAsync(5);
            Assert.Equal(["secret 3", "new"], heard);

            Task Note(IrcBotContext context)
            {
                heard.Add(context.Text);
                return Task.CompletedTask;
            }
        },
        hasServer: false);

    [Fact]
    public Task WhoTakesANicknameOverHasNotSaidWhatWasSaidBefore() => BotWorld.RunAsync(
        async world =>
        {
            ScriptedServer script = await world.ScriptAsync("batch server-time message-tags draft/chathistory account-tag account-notify extended-join");
            script.Before = (connection, message) =>
            {
                if (message.Command == "JOIN")
                {
                    // all at once: the bot reads the message when the channel has been joined, and its author has gone by then
                    ScriptedServer.Write(
                        connection,
                        ":knot!u@h JOIN #x * :knot\r\n:s 353 knot = #x :knot alice bob\r\n:alice!evil@attacker PRIVMSG #x :!admin 1\r\n:bob!evil@attacker PRIVMSG #x :!op 1\r\n:s MODE #x +o bob\r\n"
                        + ":alice!evil@attacker QUIT :bye\r\n:alice!real@home JOIN #x admin :Real Admin\r\n:s 366 knot #x :End");
                }

                return message.Command is "JOIN";
            };
            var (ran, judged) = (new List<string>(), new List<string>());
            IrcBot bot = await world.StartHereAsync(world.Options("knot"), bot =>
            {
                bot.OnCommand("!admin", Note(ran)).RequireAccounts("admin");
                bot.OnCommand("!op", Note(ran)).RequireRank('@');
                bot.OnCommand("!who", Note(judged));
            });
            await world.PassAsync(5);
            ConnectionContext connection = script.Connections[0];
            ScriptedServer.Write(connection, "@account=admin :alice!real@home PRIVMSG #x :!admin 2\r\n:bob!b@h PRIVMSG #x :!op 2\r\n:alice!real@home PRIVMSG #x :!who\r\n:alice!real@home PRIVMSG #x :!admin 3");
            await connection.Transport.Output.FlushAsync();
            await world.PassAsync(5);
            Assert.Equal(["!admin 2 admin real", "!op 2  b"], ran);
            // with account-tag no tag is no account, whatever was known before
            Assert.Equal(["!who  real"], judged);

            static Func<IrcBotContext, Task> Note(List<string> heard) => context =>
            {
                heard.Add($"{context.Text} {context.Account} {context.Event.Source.User}");
                return Task.CompletedTask;
            };
        },
        hasServer: false);

    [Fact]
    public Task AServerThatDoesNotAnswerTheGoodbyeIsLeftWithout() => BotWorld.RunAsync(
        async world =>
        {
            ScriptedServer script = await world.ScriptAsync();
            var never = new TaskCompletionSource<bool>();
            script.BeforeAsync = (_, message) => message.Command == "QUIT" ? never.Task : Task.FromResult(false);
            var log = new HeardLog();
            IrcBotOptions options = world.Options("knot");
            options.LoggerFactory = log;
            options.StopTimeout = TimeSpan.FromSeconds(2);
            IrcBot bot = await world.StartHereAsync(options, _ => { });
            await world.PassAsync(5);
            TimeSpan before = world.Sim.Time.Elapsed;
            await bot.StopAsync();
            Assert.InRange(world.Sim.Time.Elapsed - before, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
            Assert.Single(log.Lines, line => line.Contains("the bot goes without", StringComparison.Ordinal));
        },
        hasServer: false);

    [Fact]
    public Task WhatFailsWhileItApologizesLeavesTheConversationOpen() => BotWorld.RunAsync(
        async world =>
        {
            ScriptedServer script = await world.ScriptAsync();
            IrcBotOptions options = world.Options("knot");
            options.ErrorReply = "sorry";
            options.RateLimit.Burst = 3;
            options.RateLimit.Answer = "enough";
            var log = new HeardLog();
            options.LoggerFactory = log;
            int heard = 0;
            await world.StartHereAsync(options, bot => bot.OnCommand("!x", _ =>
            {
                heard++;
                throw new InvalidOperationException("a fault");
            }));
            ConnectionContext connection = script.Connections[0];
            // whose nickname cannot be said again, so that nothing can be answered to it
            for (int i = 0; i < 5; i++)
            {
                ScriptedServer.Write(connection, ":a,b!b@h PRIVMSG knot :!x");
            }

            await connection.Transport.Output.FlushAsync();
            await world.PassAsync(60);
            ScriptedServer.Write(connection, ":a,b!b@h PRIVMSG knot :!x");
            await connection.Transport.Output.FlushAsync();
            await world.PassAsync(5);
            Assert.Equal(4, heard);
            Assert.Contains(log.Lines, line => line.Contains("ErrorReply", StringComparison.Ordinal));
            Assert.Contains(log.Lines, line => line.Contains("the rate limit", StringComparison.Ordinal));
        },
        hasServer: false);

    [Fact]
    public Task ALongIntervalIsWaitedForAndAJobThatFailsRests() => Simulation.RunAsync(
        async sim =>
        {
            SimHost home = sim.AddHost("knot");
            var options = new IrcBotOptions
            {
                Server = EndpointSpec.Parse("tcp:nobody:6667"),
                Nick = "knot",
                Connections = new ConnectionClient(home.Context),
                TimeProvider = home.Time,
                Retry = new RetryPolicy(sim.Random) { InitialDelay = TimeSpan.FromDays(10), MaxDelay = TimeSpan.FromDays(10) },
            };
            var (rare, failing) = (0, 0);
            await using IrcBot bot = IrcBot.Start(options, bot => bot
                .Every(TimeSpan.FromDays(60), (_, _) =>
                {
                    rare++;
                    return Task.CompletedTask;
                })
                .Every(TimeSpan.FromTicks(1), (_, stopped) => ++failing <= 5 ? throw new InvalidOperationException("a fault") : Task.Delay(Timeout.InfiniteTimeSpan, home.Time, stopped)));
            await sim.DelayAsync(TimeSpan.FromSeconds(2.5));
            Assert.Equal(3, failing);
            for (int day = 0; day < 59; day++)
            {
                await sim.DelayAsync(TimeSpan.FromDays(1));
            }

            Assert.Equal((0, 6), (rare, failing));
            await sim.DelayAsync(TimeSpan.FromDays(1));
            Assert.Equal(1, rare);
            Assert.Throws<ArgumentOutOfRangeException>(() => new IrcBotBuilder().Every(TimeSpan.MaxValue, (_, _) => Task.CompletedTask));
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seeds = SeedRange.Parse("1-2", null), Limit = TimeSpan.FromDays(100) });

    [Fact]
    public async Task AGoodbyeThatIsTooLongIsRefusedAtFirstOrLeftOut()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        var options = new IrcBotOptions { Nick = "knot", Server = ServedIrc.Endpoint, Connections = served.Options().Connections, TimeProvider = served.Time, QuitMessage = new string('x', 600) };
        Assert.Throws<ArgumentException>(options.Validate);
        options.QuitMessage = "";
        await using IrcBot bot = IrcBot.Start(options, _ => { });
        await bot.Client.GetClientAsync();
        await Assert.ThrowsAsync<FormatException>(() => bot.Client.StopAsync(new string('x', 600)));
        Assert.True(bot.Client.Ended.IsCompleted);
        Assert.Null(bot.Client.Current);
    }

    [Fact]
    public Task WhatWasSaidWhileItWasAwayTriggersNothing() => BotWorld.RunAsync(
        async world =>
        {
            ScriptedServer script = await world.ScriptAsync();
            IrcBot bot = await world.StartHereAsync(world.Options("knot"), bot => bot.OnCommand("!x", context => context.ReplyAsync("y")));
            await script.SayAsync("#x", "!x");
            await world.PassAsync(5);
            script.Connections[0].Abort();
            await world.UntilAsync(() => bot.Client.Current is null);
            await script.SayAsync("#x", "!x");
            await world.UntilAsync(() => script.Heard.Any(line => line.Contains("CHATHISTORY AFTER #x", StringComparison.Ordinal)));
            await world.PassAsync(30);
            Assert.Single(script.Heard, line => line.EndsWith("bob: y", StringComparison.Ordinal));
            Assert.Contains(bot.Client.GetHistory("#x"), text => text.Text == "!x");
        },
        hasServer: false);

    [Fact]
    public Task WhatIsSecretIsInNoLog() => BotWorld.RunAsync(
        async world =>
        {
            ScriptedServer script = await world.ScriptAsync();
            script.Before = (connection, message) =>
            {
                if (message.Command == "JOIN")
                {
                    ScriptedServer.Write(connection, $"@label={message.Tag("label")} :s 475 knot {message[0]} :Cannot join channel (+k)");
                }

                return message.Command == "JOIN";
            };
            var log = new HeardLog();
            IrcBotOptions options = world.Options("knot");
            options.LoggerFactory = log;
            options.Password = "secret-1";
            options.Credentials = new SaslClientCredentials { Name = "knot", Password = "secret-2" };
            options.RequiresLogin = false;
            options.Channels = new Dictionary<string, string?> { ["#x"] = "secret-3" };
            IrcBot bot = world.Start(options, _ => { });
            await world.UntilAsync(() => log.Lines.Any(line => line.Contains("475", StringComparison.Ordinal)));
            script.Connections[0].Abort();
            await world.UntilAsync(() => script.Connections.Count == 2);
            Assert.Contains(log.Lines, line => line.Contains("has ended", StringComparison.Ordinal));
            Assert.Contains(log.Lines, line => line.Contains("tried again", StringComparison.Ordinal));
            await bot.StopAsync();
            script.Before = (connection, message) =>
            {
                if (message.Command == "NICK")
                {
                    ScriptedServer.Write(connection, ":s 464 * :Password incorrect");
                }

                return message.Command == "NICK";
            };
            IrcBot refused = world.Start(options, _ => { });
            await Assert.ThrowsAsync<Ropewalk.Chat.Irc.Client.IrcRequestException>(() => refused.Ended);
            Assert.Contains(log.Lines, line => line.Contains("will not be tried again", StringComparison.Ordinal));
            Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
            Assert.Contains("PASS secret-1", script.Heard);
        },
        hasServer: false);

    [Fact]
    public async Task AHostRunsABotWithModulesAndServicesForEachMessage()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        served.Script.Before = (connection, message) =>
        {
            if (message.Command == "PART")
            {
                ScriptedServer.Write(connection, $"@label={message.Tag("label")} :knot!u@h PART {message[0]}");
            }

            return message.Command == "PART";
        };
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(served.Time);
        builder.Services.AddScoped<Visit>();
        builder.Services.AddSingleton<Visits>();
        builder.Services.AddSingleton<IOptionsChangeTokenSource<IrcBotOptions>>(provider => provider.GetRequiredService<Visits>().Change);
        string channel = "#x";
        builder.Services.AddIrcBot(options =>
        {
            options.Server = ServedIrc.Endpoint;
            options.Nick = "knot";
            options.Connections = served.Options().Connections;
            options.Pacing.Penalty = TimeSpan.Zero;
            options.Channels = new Dictionary<string, string?> { [channel] = null };
        });
        builder.Services.AddBotModule<Counting>();
        using IHost host = builder.Build();
        await host.StartAsync();
        Visits visits = host.Services.GetRequiredService<Visits>();
        await visits.Ready.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await served.Script.SayAsync("#x", "!count");
        await served.Script.SayAsync("#x", "!count");
        await visits.Two.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        channel = "#y";
        visits.Change.Fire();
        await visits.Joined.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await host.StopAsync();
        Assert.Equal(2, visits.Ended);
        Assert.Equal("QUIT", served.Script.Heard[^1]);
    }

    public sealed class Visits
    {
        private int _ended;

        public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Two { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Joined { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ChangedByHand Change { get; } = new();

        public int Ended => Volatile.Read(ref _ended);

        public void End()
        {
            if (Interlocked.Increment(ref _ended) == 2)
            {
                Two.TrySetResult();
            }
        }
    }

    public sealed class ChangedByHand : IOptionsChangeTokenSource<IrcBotOptions>
    {
        private CancellationTokenSource _source = new();

        public string? Name => Options.DefaultName;

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => new Microsoft.Extensions.Primitives.CancellationChangeToken(_source.Token);

        public void Fire() => Interlocked.Exchange(ref _source, new CancellationTokenSource()).Cancel();
    }

    public sealed class Visit(Visits visits) : IDisposable
    {
        public void Dispose() => visits.End();
    }

    public sealed class Counting(Visits visits) : IIrcBotModule
    {
        public void Configure(IrcBotBuilder bot)
        {
            bot.OnCommand("!count", context => context.ReplyAsync(context.Services.GetRequiredService<Visit>() == context.Services.GetRequiredService<Visit>() ? "one" : "two"));
            bot.OnReady(_ =>
            {
                visits.Ready.TrySetResult();
                return Task.CompletedTask;
            });
            bot.On<Ropewalk.Chat.Irc.Session.IrcJoinEvent>(context =>
            {
                if (context.Channel == "#y")
                {
                    visits.Joined.TrySetResult();
                }

                return Task.CompletedTask;
            });
        }
    }
}
