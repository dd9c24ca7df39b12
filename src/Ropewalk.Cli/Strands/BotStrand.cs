using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Security.Sasl;
using Talkback;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>Runs the talkback bot: <c>ropewalk bot [FILE]</c>. It listens nowhere.</summary>
internal sealed class BotStrand : ICommandStrand
{
    private static readonly IrcBotOptions Defaults = new();

    private static readonly Setting<EndpointSpec> Server = new ScalarSetting<EndpointSpec>(
        "server", new EndpointFormat(), Defaults.Server, "The IRC server, such as `tls:irc.example.org:6697`. `mem:NAME` is the service NAME of this process, wherever it listens.");

    private static readonly Setting<string> Nick = new ScalarSetting<string>(
        "nick", new TextFormat("a nickname", 30), "knot", "The nickname. Where it is taken the bot takes another, and this one back when it is free.");

    private static readonly Setting<string> RealName = new ScalarSetting<string>("real-name", new TextFormat("a text", 100), "a talkback bot", "The real name.");

    private static readonly Setting<IReadOnlyList<string>> Channels = new ListSetting<string>(
        "channels", new TextFormat("a channel", 200), [], "The channels that it joins.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<string> KeyChannel = new ScalarSetting<string>("channel", new TextFormat("a channel", 200), null!, "The channel.") { Required = true };

    private static readonly Setting<string> Key = new ScalarSetting<string>("key", new TextFormat("a key", 200), null!, "Its key.") { Required = true, Secret = true };

    private static readonly Setting<IReadOnlyList<SectionValues>> Keys = new GroupSetting(
        "channel-keys", new SectionSchema("channel-keys", "Keys of channels.", [KeyChannel, Key]), "The keys of the channels that have one.");

    private static readonly Setting<string> Account = new ScalarSetting<string>("account", new TextFormat("an account", 200), null!, "The account that it logs in to (SASL).");

    private static readonly Setting<string> Password = new ScalarSetting<string>(
        "password", new TextFormat("a password", 400), null!, "The account's password. It never goes over a connection in the clear.")
    {
        Secret = true,
        IsOption = false,
    };

    private static readonly Setting<string> ServerPassword = new ScalarSetting<string>("server-password", new TextFormat("a password", 400), null!, "The server's password.")
    {
        Secret = true,
        IsOption = false,
    };

    private static readonly Setting<string> Quotes = new ScalarSetting<string>(
        "quotes", new PathFormat("a file"), null!, "The quotes, one a line; it is read again when it changes. Without one: those inside the program.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<IReadOnlyList<string>> Triggers = new ListSetting<string>(
        "triggers", new TextFormat("a phrase", 200), [], "The phrases that it answers in a channel beside its name, whatever their case.")
    {
        Effect = TakesEffect.Live,
    };

    /// <inheritdoc/>
    public SectionSchema Section { get; } = new(
        "bot",
        "Talkback bots on IRC; one mapping each.",
        [StrandSettings.Name, Server, Nick, RealName, Channels, Keys, Account, Password, ServerPassword, Quotes, Triggers])
    {
        Repeatable = true,
    };

    /// <inheritdoc/>
    public Setting<IReadOnlyList<EndpointSpec>>? Listen => null;

    /// <inheritdoc/>
    public StrandPage Page { get; } = new(
        "Runs a talkback bot on IRC: it answers who writes to it, says its name or a trigger phrase, with a quote. It comes back when the connection is lost, and "
            + "wants its nickname back when that was taken.",
        [],
        [
            ("ropewalk bot --channels '#ropewalk'", "joins a channel of the server at 127.0.0.1:6667, which is where `ropewalk irc` is"),
            ("ropewalk bot --server tls:irc.example.org:6697 --nick knot --channels '#knots' --triggers 'good knot'", "on a network, by TLS"),
            ("ropewalk bot bot.yaml", "what the section `bot` of a file says; a change of the file is felt at once"),
        ],
        ["Passwords are given in a file, or as ROPEWALK__BOT__PASSWORD."])
    {
        TakesFile = true,
    };

    /// <inheritdoc/>
    public IReadOnlyList<(Setting Setting, string Text)>? UpDefaults { get; } = [(Server, "mem:irc"), (Channels, "#ropewalk")];

    /// <inheritdoc/>
    public void Probe(SectionValues values, ConfigurationProblems problems)
    {
        if (values.Get(Channels).FirstOrDefault(channel => channel.Length == 0 || channel.AsSpan().IndexOfAny(" ,") >= 0) is { } wrong)
        {
            problems.Add(values.OriginOf(Channels), $"'{wrong}' is no channel's name: it is empty, or holds a space or a comma");
            return;
        }

        IrcBotOptions options = OptionsOf(values);
        IReadOnlyDictionary<string, string?> channels = options.Channels;
        options.Channels = new Dictionary<string, string?>();
        if (Check(options, problems, values.OriginOf(Nick)))
        {
            options.Channels = channels;
            Check(options, problems, values.OriginOf(Channels));
        }

        if (values.Get(Server) is { Scheme: "udp" or "fd" or "systemd" or "stdio" } server)
        {
            problems.Add(values.OriginOf(Server), $"'{server}' is no place that can be connected to");
        }

        if (values.Get(Password) is not null && values.Get(Account) is null)
        {
            problems.Add(values.OriginOf(Password), "there is a password and no account");
        }

        try
        {
            new QuotesFile(values.Get(Quotes)).ReadChanged();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(values.OriginOf(Quotes), e.Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ServiceInstance> StartAsync(SectionValues values, ServiceContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ServiceInstance>(new BotInstance(values, OptionsOf, FeedOf, context, new QuotePicker(new Random(RandomNumberGenerator.GetInt32(int.MaxValue)))));

    /// <inheritdoc/>
    public string WhereOf(SectionValues values) => $"→ {values.Get(Server)}";

    /// <inheritdoc/>
    public string Describe(SectionValues values) => values.Get(Nick) + (values.Get(Channels) is { Count: > 0 } channels ? " in " + string.Join(", ", channels) : "");

    /// <inheritdoc/>
    public IEnumerable<(string Line, string Meaning)> Try(SectionValues values) =>
        values.Get(Channels) is [var channel, ..] ? [($"/join {channel}, and then: {values.Get(Nick)}: hello", "in an IRC client: the bot answers")] : [];

    private static bool Check(IrcBotOptions options, ConfigurationProblems problems, Origin origin)
    {
        try
        {
            options.Validate();
            return true;
        }
        catch (ArgumentException e)
        {
            problems.Add(origin, e.Message);
            return false;
        }
    }

    private static IrcBotOptions OptionsOf(SectionValues values)
    {
        ILookup<string, string> keys = values.Get(Keys).ToLookup(group => group.Get(KeyChannel), group => group.Get(Key), StringComparer.OrdinalIgnoreCase);
        return new IrcBotOptions
        {
            Server = values.Get(Server),
            Nick = values.Get(Nick),
            RealName = values.Get(RealName),
            Channels = values.Get(Channels).Distinct(StringComparer.Ordinal).ToDictionary(channel => channel, channel => keys[channel].FirstOrDefault()),
            Credentials = values.Get(Account) is { } account ? new SaslClientCredentials { Name = account, Password = values.Get(Password) } : null,
            Password = values.Get(ServerPassword),
            QuitMessage = "coiled up for now",
        };
    }

    private static (QuotesFile Quotes, IReadOnlyList<string> Triggers) FeedOf(SectionValues values) => (new QuotesFile(values.Get(Quotes)), values.Get(Triggers));
}
