using System.Text.RegularExpressions;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;

namespace Ropewalk.Chat.Tests.Irc.Bot;

/// <summary>What a bot hears and how it answers, against the real server on a simulated network.</summary>
public sealed class IrcBotTests
{
    [Fact]
    public Task CommandsPatternsAndMessagesAreHeardAndAnsweredWhereTheyCameFrom() => BotWorld.RunAsync(async world =>
    {
        await world.StartHereAsync(world.Options("knot"), bot =>
        {
            bot.OnCommand("!roll", context => context.ReplyAsync($"{context.Arguments}/{context.IsAddressed}"));
            bot.OnPattern(new Regex("the (?<what>[a-z]+)\\?", RegexOptions.NonBacktracking), context => context.ReplyAsync("what " + context.Match!.Groups["what"].Value));
            bot.OnMessage(context => context.IsAddressed ? context.ReplyNoticeAsync("hm") : Task.CompletedTask);
        });
        BotPerson joe = await world.PersonAsync("joe");
        await joe.SayAsync("!ROLL  2d6 now ");
        await joe.SayAsync("KNOT, !roll 1");
        await joe.SayAsync("where is the rope?");
        await joe.SayAsync("!roll 3", "knot");
        await joe.SayAsync("@knot");
        await joe.SayAsync("knots are fine");
        await world.UntilAsync(() => joe.Heard.Count == 5);
        Assert.Equal(["knot→#x joe: 2d6 now/False", "knot→#x joe: 1/True", "knot→#x joe: what rope", "-knot- joe: hm"], joe.Heard.Where(line => line.Contains("joe: ", StringComparison.Ordinal)));
        Assert.Contains("knot→joe 3/True", joe.Heard);
        await world.PassAsync(30);
        Assert.Equal(5, joe.Heard.Count);
    });

    [Fact]
    public Task WhatAsksForNothingIsNotHeard() => BotWorld.RunAsync(async world =>
    {
        int heard = 0;
        IrcBot bot = await world.StartHereAsync(world.Options("knot"), bot => bot.OnPattern(_ => true, context =>
        {
            heard++;
            return context.ReplyAsync("yes");
        }).Require(_ => true));
        BotPerson joe = await world.PersonAsync("joe");
        await joe.Client.SendNoticeAsync("#x", "knot: a notice");
        await joe.Client.SendNoticeAsync("knot", "a notice");
        await joe.Client.SendActionAsync("#x", "knot: nods");
        await joe.Client.RequestAsync(new Ropewalk.Chat.Irc.Wire.IrcMessage("MODE", "joe", "+B"));
        await joe.SayAsync("knot: as a bot");
        await bot.SayAsync("#x", "knot: I talk to myself");
        await world.PassAsync(30);
        Assert.Equal(0, heard);
        await joe.Client.RequestAsync(new Ropewalk.Chat.Irc.Wire.IrcMessage("MODE", "joe", "-B"));
        await joe.SayAsync("knot: as myself");
        await world.UntilAsync(() => heard == 1);
        Assert.Contains('B', bot.Client.Current!.State.UserModes);
    });

    [Fact]
    public Task WhoAsksTooMuchIsToldOnceAndHeardAgainAfterASilence() => BotWorld.RunAsync(async world =>
    {
        IrcBotOptions options = world.Options("knot");
        options.RateLimit.Answer = "slowly";
        options.RateLimit.Burst = 5;
        options.Pacing.Penalty = TimeSpan.Zero;
        await world.StartHereAsync(options, bot => bot.OnCommand("!x", context => context.ReplyAsync("y")));
        BotPerson joe = await world.PersonAsync("joe");
        BotPerson ann = await world.PersonAsync("ann");
        for (int i = 0; i < 40; i++)
        {
            await joe.SayAsync("!x");
        }

        await ann.SayAsync("!x");
        await world.PassAsync(5);
        Assert.Equal(5, joe.Heard.Count(line => line == "knot→#x joe: y"));
        Assert.Single(joe.Heard, "-knot- joe: slowly");
        Assert.Single(ann.Heard, "knot→#x ann: y");

        // who goes on is not heard, however long it takes
        for (int i = 0; i < 5; i++)
        {
            await world.PassAsync(20);
            await joe.SayAsync("!x");
        }

        Assert.Equal(5, joe.Heard.Count(line => line == "knot→#x joe: y"));
        await world.PassAsync(31);
        await joe.SayAsync("!x");
        await world.PassAsync(1);
        Assert.Equal(6, joe.Heard.Count(line => line == "knot→#x joe: y"));
    });

    [Fact]
    public Task OnlyWhoMayUsesACommand() => BotWorld.RunAsync(async world =>
    {
        IrcBotOptions options = world.Options("knot");
        options.DeniedReply = "no";
        await world.StartHereAsync(options, bot =>
        {
            bot.OnCommand("!op", context => context.ReplyAsync("op")).RequireRank('@');
            bot.OnCommand("!voice", context => context.ReplyAsync("voice")).RequireRank('+');
            bot.OnCommand("!account", context => context.ReplyAsync("account")).RequireAccount();
        });
        BotPerson joe = await world.PersonAsync("joe");
        await joe.SayAsync("!op");
        await joe.SayAsync("!account");
        await joe.SayAsync("!op", "knot");
        await world.UntilAsync(() => joe.Heard.Count == 3);
        Assert.All(joe.Heard, line => Assert.EndsWith("no", line, StringComparison.Ordinal));
        joe.Heard.Clear();
        await world.PassAsync(60);

        // the bot came first: it has the channel, and gives joe what is its own
        await world.Bots[0].Client.Current!.SetModesAsync("#x", "+o", "joe");
        await joe.SayAsync("!op");
        await joe.SayAsync("!voice");
        await world.UntilAsync(() => joe.Heard.Count == 2);
        Assert.Equal(["knot→#x joe: op", "knot→#x joe: voice"], joe.Heard);
    });

    [Fact]
    public Task AHandlersFailureEndsNothingAndIsAnsweredPolitely() => BotWorld.RunAsync(async world =>
    {
        IrcBotOptions options = world.Options("knot");
        options.ErrorReply = "something went wrong";
        await world.StartHereAsync(options, bot =>
        {
            bot.OnCommand("!fail", _ => throw new InvalidOperationException("a secret"));
            bot.OnPattern(context => context.Text == "judge" ? throw new InvalidOperationException() : false, _ => Task.CompletedTask);
            bot.OnCommand("!fine", context => context.ReplyAsync("fine"));
            bot.Every(TimeSpan.FromSeconds(1), (_, _) => throw new InvalidOperationException());
        });
        BotPerson joe = await world.PersonAsync("joe");
        await joe.SayAsync("!fail");
        await joe.SayAsync("judge");
        await joe.SayAsync("!fine");
        await world.UntilAsync(() => joe.Heard.Count == 2);
        Assert.Equal(["knot→#x joe: something went wrong", "knot→#x joe: fine"], joe.Heard);
    });

    [Fact]
    public Task NothingCanBeInjectedAndNothingIsTooLong() => BotWorld.RunAsync(async world =>
    {
        IrcBotOptions options = world.Options("knot");
        options.MostReplyLines = 3;
        await world.StartHereAsync(options, bot =>
        {
            bot.OnCommand("!break", context => context.ReplyAsync("one\r\nQUIT :two\n\0\u0001three\u0001\r"));
            bot.OnCommand("!huge", context => context.ReplyAsync(string.Join(' ', Enumerable.Repeat("rope", 100_000))));
        });
        BotPerson joe = await world.PersonAsync("joe");
        await joe.SayAsync("!break", "knot");
        await world.UntilAsync(() => joe.Heard.Count == 3);
        Assert.Equal(["knot→joe one", "knot→joe QUIT :two", "knot→joe three"], joe.Heard);
        joe.Heard.Clear();
        await joe.SayAsync("!huge");
        await world.PassAsync(60);
        Assert.Equal(3, joe.Heard.Count);
        Assert.EndsWith(" …", joe.Heard[^1], StringComparison.Ordinal);
        Assert.All(joe.Heard, line => Assert.StartsWith("knot→#x joe: rope", line, StringComparison.Ordinal));
    });

    [Fact]
    public Task AFloodOfRequestsIsPaced() => BotWorld.RunAsync(async world =>
    {
        IrcBotOptions options = world.Options("knot");
        options.RateLimit.Burst = 1000;
        options.RateLimit.MostInARow = 1000;
        await world.StartHereAsync(options, bot => bot.OnCommand("!x", context => context.ReplyAsync("y")));
        BotPerson joe = await world.PersonAsync("joe");
        await world.PassAsync(30);
        for (int i = 0; i < 100; i++)
        {
            await joe.SayAsync("!x");
        }

        // sixteen wait while one runs; they go out five at once, and then one in two seconds
        await world.PassAsync(8);
        Assert.InRange(joe.Heard.Count, 5, 10);
        await world.PassAsync(120);
        Assert.InRange(joe.Heard.Count, 17, 30);
    });

    [Fact]
    public Task HandlersOfOneConversationRunInTurnAndStoppingCancelsThem() => BotWorld.RunAsync(async world =>
    {
        var order = new List<string>();
        IrcBot bot = await world.StartHereAsync(world.Options("knot"), bot => bot.OnPattern(_ => true, async context =>
        {
            order.Add("begin " + context.Conversation);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(context.Text == "long" ? 1000 : 3), world.Sim.Time, context.CancellationToken);
                order.Add("end " + context.Conversation);
            }
            catch (OperationCanceledException)
            {
                order.Add("cancelled " + context.Conversation);
                throw;
            }
        }));
        BotPerson joe = await world.PersonAsync("joe");
        await joe.SayAsync("1");
        await joe.SayAsync("2");
        await joe.SayAsync("3", "knot");
        await world.PassAsync(10);
        Assert.Equal(["begin #x", "begin joe", "end #x", "begin #x", "end joe", "end #x"], order);

        // one that takes too long is cancelled, and one that runs when the bot stops
        await joe.SayAsync("long");
        await world.PassAsync(61);
        Assert.Equal("cancelled #x", order[^1]);
        await joe.SayAsync("long");
        await world.PassAsync(1);
        await bot.StopAsync();
        Assert.Equal(["begin #x", "cancelled #x"], order[^2..]);
        await bot.Ended;
    });

    [Fact]
    public Task TheScheduleIsKeptInVirtualTime() => BotWorld.RunAsync(async world =>
    {
        var done = new List<DateTimeOffset>();
        int every = 0;
        IrcBotOptions options = world.Options("knot");
        await world.StartHereAsync(options, bot => bot
            .At(new TimeOnly(6, 30), NoteAsync)
            .At(new TimeOnly(18, 0), NoteAsync)
            .Every(TimeSpan.FromHours(1), async (self, cancellationToken) =>
            {
                every++;
                await self.SayAsync("#x", "an hour", cancellationToken);
            }));
        BotPerson joe = await world.PersonAsync("joe");
        await world.Sim.DelayAsync(TimeSpan.FromHours(23.5));
        Assert.Equal([new TimeOnly(6, 30), new TimeOnly(18, 0)], done.Select(at => TimeOnly.FromDateTime(at.UtcDateTime.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerSecond)))).Order());
        Assert.Equal(23, every);
        Assert.Equal(23, joe.Heard.Count(line => line == "knot→#x an hour"));

        Task NoteAsync(IrcBot self, CancellationToken cancellationToken)
        {
            done.Add(options.TimeProvider.GetUtcNow());
            return Task.CompletedTask;
        }
    });

    [Fact]
    public Task ATakenNicknameIsTakenBackAndANewServerIsJoined() => BotWorld.RunAsync(async world =>
    {
        BotPerson thief = await world.PersonAsync("knot");
        IrcBotOptions options = world.Options("knot-host");
        options.Nick = "knot";
        IrcBot bot = await world.StartHereAsync(options, bot => bot.OnPattern(context => context.IsAddressed, context => context.ReplyAsync("here")));
        Assert.Equal("knot_", bot.Nick);
        await thief.SayAsync("knot_: hello");
        await world.UntilAsync(() => thief.Heard.Count == 1);
        await thief.Client.StopAsync();
        await world.UntilAsync(() => bot.Nick == "knot");

        await world.StopServerAsync();
        await world.PassAsync(300);
        Assert.Null(bot.Client.Current);
        await world.StartServerAsync();
        await world.UntilAsync(() => bot.Client.Current?.State.FindChannel("#x") is not null);
        BotPerson joe = await world.PersonAsync("joe");
        await joe.SayAsync("Knot: hello");
        await world.UntilAsync(() => joe.Heard.Count == 1);
        Assert.Equal("knot→#x joe: here", joe.Heard[0]);
    });

    [Fact]
    public Task TwoBotsThatAnswerEachOtherComeToAnEnd() => BotWorld.RunAsync(async world =>
    {
        int answers = 0;
        foreach (string nick in (string[])["knot", "bend"])
        {
            IrcBotOptions options = world.Options(nick);
            // the worst case: neither says that it is one
            options.IsBot = false;
            await world.StartHereAsync(options, bot => bot.OnPattern(context => context.IsAddressed, context =>
            {
                answers++;
                return context.ReplyAsync("indeed");
            }));
        }

        BotPerson joe = await world.PersonAsync("joe");
        await world.Bots[0].SayAsync("#x", "bend: hello");
        await world.Sim.DelayAsync(TimeSpan.FromHours(1));
        int until = answers;
        Assert.InRange(until, 2, 101);
        await world.Sim.DelayAsync(TimeSpan.FromHours(1));
        Assert.Equal(until, answers);
    });

    [Fact]
    public Task ChannelsAndLimitsChangeWithoutANewConnection() => BotWorld.RunAsync(async world =>
    {
        IrcBotOptions options = world.Options("knot");
        IrcBot bot = await world.StartHereAsync(options, bot => bot.OnCommand("!x", context => context.ReplyAsync("y")));
        IrcClient client = bot.Client.Current!;
        IrcBotOptions changed = world.Options("knot2");
        changed.Channels = new Dictionary<string, string?> { ["#y"] = null };
        changed.RateLimit.Burst = 1;
        await bot.ApplyAsync(changed);
        Assert.Equal(["#y"], client.State.Channels.Keys);
        Assert.Same(client, bot.Client.Current);
        BotPerson joe = await world.PersonAsync("joe");
        await joe.Client.JoinAsync("#y");
        await joe.SayAsync("!x", "#y");
        await joe.SayAsync("!x", "#y");
        await world.PassAsync(10);
        Assert.Equal(["knot→#y joe: y"], joe.Heard);

        changed.Channels = new Dictionary<string, string?> { ["#a,#b"] = null };
        await Assert.ThrowsAsync<ArgumentException>(() => bot.ApplyAsync(changed));
    });

    [Fact]
    public Task EventsAreHeardTheBotsOwnOnlyByTheirKind() => BotWorld.RunAsync(async world =>
    {
        var heard = new List<string>();
        await world.StartHereAsync(world.Options("knot"), bot => bot
            .OnJoin(context => Note("joins", context))
            .OnPart(context => Note("leaves", context))
            .OnReady(context => Note("ready", context))
            .On<IrcJoinEvent>(context => Note("any", context)));
        BotPerson joe = await world.PersonAsync("joe");
        await joe.Client.PartAsync("#x");
        await world.PassAsync(5);
        Assert.Equal(["any joe", "any knot", "joins joe", "leaves joe", "ready "], heard.Order(StringComparer.Ordinal));
        Assert.Throws<ArgumentException>(() => new IrcBotBuilder().On<IrcTextEvent>(_ => Task.CompletedTask));
        Assert.Throws<ArgumentException>(() => new IrcBotBuilder().On<IrcClientEvent>(_ => Task.CompletedTask));
        Assert.Throws<ArgumentException>(() => new IrcBotBuilder().OnPattern(new Regex("(a+)+b"), _ => Task.CompletedTask));

        Task Note(string what, IrcBotContext context)
        {
            heard.Add($"{what} {context.Nick}");
            return Task.CompletedTask;
        }
    });
}
