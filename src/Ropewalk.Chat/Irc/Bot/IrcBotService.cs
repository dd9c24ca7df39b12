using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Runs the bot of a host, from its start to its stop. Changes of its options take effect where they are live.</summary>
internal sealed class IrcBotService(
    IOptionsMonitor<IrcBotOptions> options,
    IEnumerable<IIrcBotModule> modules,
    IEnumerable<IrcBotPart> parts,
    IServiceProvider services,
    ILoggerFactory loggers) : IHostedService
{
    private IrcBot? _bot;
    private IDisposable? _changes;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        IrcBot bot = _bot = IrcBot.Start(options.CurrentValue, Configure, services);
        _changes = options.OnChange(changed => _ = ApplyAsync(bot, changed));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _changes?.Dispose();
        if (_bot is { } bot)
        {
            await bot.StopAsync(cancellationToken);
        }
    }

    private void Configure(IrcBotBuilder bot)
    {
        foreach (IrcBotPart part in parts)
        {
            part.Configure(bot);
        }

        foreach (IIrcBotModule module in modules)
        {
            bot.Add(module);
        }
    }

    private async Task ApplyAsync(IrcBot bot, IrcBotOptions changed)
    {
        try
        {
            await bot.ApplyAsync(changed);
        }
        catch (Exception exception)
        {
            // what is wrong with the new options leaves the old ones in force
            IrcBotLog.NotApplied(loggers.CreateLogger<IrcBot>(), exception.Message);
        }
    }
}
