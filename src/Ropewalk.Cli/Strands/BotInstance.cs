using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Client;
using Ropewalk.Hosting;
using Talkback;

namespace Ropewalk.Cli.Strands;

/// <summary>Is a talkback bot as a service. It connects when the service is in force, not before.</summary>
internal sealed class BotInstance : ServiceInstance
{
    // Somebody edits the file by hand, and is back in the channel in no less.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Func<SectionValues, IrcBotOptions> _optionsOf;
    private readonly Func<SectionValues, (QuotesFile Quotes, IReadOnlyList<string> Triggers)> _feedOf;
    private readonly ServiceContext _context;
    private readonly QuotePicker _picker;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private SectionValues _values;
    private QuotesFile _quotes;
    private TalkbackSettings _settings;
    private string? _trouble;
    private IrcBot? _bot;

    /// <summary>Makes the instance.</summary>
    /// <exception cref="IOException">The quotes cannot be read.</exception>
    public BotInstance(
        SectionValues values,
        Func<SectionValues, IrcBotOptions> optionsOf,
        Func<SectionValues, (QuotesFile Quotes, IReadOnlyList<string> Triggers)> feedOf,
        ServiceContext context,
        QuotePicker picker)
    {
        (_values, _optionsOf, _feedOf, _context, _picker) = (values, optionsOf, feedOf, context, picker);
        _logger = context.LoggerFactory.CreateLogger("Ropewalk.Cli.Bot");
        (_quotes, IReadOnlyList<string> triggers) = feedOf(values);
        _settings = new TalkbackSettings(_quotes.ReadChanged() ?? [], triggers);
    }

    /// <inheritdoc/>
    public override void OnStarted() => _bot = IrcBot.Start(
        Complete(_optionsOf(_values)),
        bot => bot.Add(new TalkbackBot(() => Volatile.Read(ref _settings), _picker)).Every(LookEvery, (_, _) => ReadQuotesAsync()));

    /// <inheritdoc/>
    public override void ApplyLive(object options)
    {
        var values = (SectionValues)options;
        _values = values;
        (QuotesFile quotes, IReadOnlyList<string> triggers) = _feedOf(values);
        Change(settings => settings with { Triggers = triggers });
        if (quotes.Path != _quotes.Path)
        {
            // it is read with the next look: only one reads
            Volatile.Write(ref _quotes, quotes);
        }

        if (_bot is { } bot)
        {
            _ = ApplyAsync(bot, Complete(_optionsOf(values)));
        }
    }

    private async Task ApplyAsync(IrcBot bot, IrcBotOptions options)
    {
        try
        {
            await bot.ApplyAsync(options);
        }
        catch (Exception e)
        {
            // nobody waits for it: the service goes on with what it has
            BotLog.NotApplied(_logger, e.Message);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_bot is { } bot)
        {
            await bot.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private void Change(Func<TalkbackSettings, TalkbackSettings> change)
    {
        lock (_gate)
        {
            Volatile.Write(ref _settings, change(_settings));
        }
    }

    private IrcBotOptions Complete(IrcBotOptions options)
    {
        options.Connections = new ConnectionClient(OwnServiceScheme.Extend(_context.Endpoints, _context.Services.GetRequiredService<ServiceRunner>));
        options.TimeProvider = _context.TimeProvider;
        options.LoggerFactory = _context.LoggerFactory;
        return options;
    }

    private async Task ReadQuotesAsync()
    {
        try
        {
            QuotesFile file = Volatile.Read(ref _quotes);
            if (await file.ReadChangedAsync() is { } quotes)
            {
                Change(settings => settings with { Quotes = quotes });
                BotLog.QuotesRead(_logger, quotes.Count, file.Path ?? "the program itself");
            }

            _trouble = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the quotes that it has are good enough; the same trouble is told once
            if (_trouble != e.Message)
            {
                BotLog.QuotesNotRead(_logger, e.Message);
            }

            _trouble = e.Message;
        }
    }
}
