using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Endpoints;

namespace Recipes;

/// <summary>A bot with a command for everybody and one for those who may: <c>bot-command tcp:127.0.0.1:6667 '#ops' alice bob</c>.</summary>
internal static class BotCommand
{
    public static async Task Main(string[] args)
    {
        string release = "1.0";
        var options = new IrcBotOptions
        {
            Server = EndpointSpec.Parse(args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:6667"),
            Nick = "releases",
            Channels = new Dictionary<string, string?> { [args.ElementAtOrDefault(1) ?? "#ops"] = null },
            DeniedReply = "That is for others.",
        };
        await using var bot = IrcBot.Start(options, bot =>
        {
            bot.OnCommand("!release", context => context.ReplyAsync($"We are at {release}."));
            bot.OnCommand("!promote", PromoteAsync).RequireAccounts(args[2..]);
            bot.OnReady(context =>
            {
                Console.WriteLine($"here as {context.Bot.Nick}; Enter stops it");
                return Task.CompletedTask;
            });
        });
        Console.ReadLine();
        await bot.StopAsync();

        Task PromoteAsync(IrcBotContext context)
        {
            if (context.Arguments.Length == 0)
            {
                return context.ReplyAsync("!promote what?");
            }

            release = context.Arguments;
            Console.WriteLine($"{context.Account} has promoted {release}");
            return context.ReplyAsync($"{release} it is.");
        }
    }
}
