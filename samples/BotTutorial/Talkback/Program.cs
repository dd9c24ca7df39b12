// Runs the talkback bot as a service of the Generic Host, until Ctrl-C.
//
//   dotnet run --project samples/BotTutorial/Talkback -- tcp:127.0.0.1:6667 knot '#ropewalk'
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Endpoints;
using Talkback;

if (args.Length < 2)
{
    Console.Error.WriteLine("Talkback ENDPOINT NICKNAME [CHANNEL ...]");
    return 2;
}

string quotes = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "quotes.txt"));
var settings = new TalkbackSettings(TalkbackSettings.ReadQuotes(quotes), ["tell me something"]);
HostApplicationBuilder host = Host.CreateApplicationBuilder();
host.Services.AddSingleton<Func<TalkbackSettings>>(() => settings);
host.Services.AddSingleton(new QuotePicker(new Random(RandomNumberGenerator.GetInt32(int.MaxValue))));
host.Services.AddBotModule<TalkbackBot>();
host.Services.AddIrcBot(options =>
{
    options.Server = EndpointSpec.Parse(args[0]);
    options.Nick = args[1];
    options.Channels = args[2..].ToDictionary(channel => channel, _ => (string?)null);
});
await host.Build().RunAsync();
return 0;
