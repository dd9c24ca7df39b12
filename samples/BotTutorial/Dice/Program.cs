// A bot without a host: it rolls dice, greets, keeps a score for those who have an account, and says the time each noon.
//
//   dotnet run --project samples/BotTutorial/Dice -- tcp:127.0.0.1:6667 dice '#ropewalk'
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Endpoints;

if (args.Length != 3)
{
    Console.Error.WriteLine("Dice ENDPOINT NICKNAME CHANNEL");
    return 2;
}

var options = new IrcBotOptions
{
    Server = EndpointSpec.Parse(args[0]),
    Nick = args[1],
    Channels = new Dictionary<string, string?> { [args[2]] = null },
    ErrorReply = "That went wrong, and it is my fault.",
    DeniedReply = "That is not for you.",
    RateLimit = { Answer = "Slowly, please." },
};
var dice = new Regex("^(?<count>[1-9])?d(?<sides>[1-9][0-9]{0,2})$", RegexOptions.NonBacktracking);
var scores = new ConcurrentDictionary<string, int>(StringComparer.OrdinalIgnoreCase);
await using var bot = IrcBot.Start(options, bot =>
{
    bot.OnCommand("!roll", RollAsync);
    bot.OnCommand("!score", context => context.ReplyAsync($"{scores.GetValueOrDefault(context.Account!)} so far.")).RequireAccount();
    bot.OnCommand("!forget", Forget).RequireRank('@');
    bot.OnPattern(context => context.IsAddressed, context => context.ReplyAsync("Say !roll 2d6, for instance."));
    bot.OnJoin(context => context.ReplyNoticeAsync("welcome"));
    bot.At(new TimeOnly(12, 0), (self, cancellationToken) => self.SayAsync(args[2], "It is noon.", cancellationToken), TimeZoneInfo.Local);
    bot.OnReady(context =>
    {
        Console.WriteLine($"here as {context.Bot.Nick}");
        return Task.CompletedTask;
    });
});
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await bot.Ended;
return 0;

Task RollAsync(IrcBotContext context)
{
    if (dice.Match(context.Arguments) is not { Success: true } asked)
    {
        return context.ReplyAsync("I have no such dice.");
    }

    int count = asked.Groups["count"].Success ? int.Parse(asked.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 1;
    int sides = int.Parse(asked.Groups["sides"].ValueSpan, CultureInfo.InvariantCulture);
    int sum = Enumerable.Range(0, count).Sum(_ => RandomNumberGenerator.GetInt32(sides) + 1);
    if (context.Account is { } account)
    {
        scores.AddOrUpdate(account, sum, (_, before) => before + sum);
    }

    return context.ReplyAsync($"{sum}");
}

Task Forget(IrcBotContext context)
{
    scores.Clear();
    return context.ReplyAsync("Forgotten.");
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    _ = bot.StopAsync();
}
