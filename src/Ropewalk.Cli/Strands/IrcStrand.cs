using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Server.WebClient;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Security.Tls;
using Ropewalk.Web.Static.Server;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>Serves IRC: <c>ropewalk irc</c>.</summary>
internal sealed class IrcStrand : ICommandStrand
{
    private static readonly IrcNetworkOptions Defaults = new();
    private static readonly IrcConnectionClass ClassDefaults = new();

    private static readonly Setting<IReadOnlyList<EndpointSpec>> At = new ListSetting<EndpointSpec>(
        "listen", new EndpointFormat(), [EndpointSpec.Parse("tcp:127.0.0.1:6667")], "Where clients connect. A browser comes in by ws: and wss:.")
    {
        Fewest = 1,
        Effect = TakesEffect.Listeners,
    };

    private static readonly Setting<IReadOnlyList<EndpointSpec>> WebAt = new ListSetting<EndpointSpec>(
        "web", new EndpointFormat(), [], "Where a page is served by which people chat with a browser. Without one: nowhere.")
    {
        Effect = TakesEffect.Listeners,
    };

    private static readonly Setting<IReadOnlyList<string>> WebHosts = new ListSetting<string>(
        "web-hosts", new TextFormat("a host name", 253), [], "Names that the page answers to beside addresses and localhost; for a proxy, or people on this network. With none, public addresses answer to any.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<string> ServerName = new ScalarSetting<string>(
        "server-name", new TextFormat("a dotted host name", 63), Defaults.ServerName, "The name by which the server calls itself.")
    {
        Effect = TakesEffect.RestartsService,
    };

    private static readonly Setting<string> NetworkName = new ScalarSetting<string>(
        "network-name", new TextFormat("a word", 30), Defaults.NetworkName, "The network's name, as clients show it.")
    {
        Effect = TakesEffect.RestartsService,
    };

    private static readonly Setting<IReadOnlyList<string>> Motd = new ListSetting<string>(
        "motd", new TextFormat("a line", 400), [], "The message of the day, line by line.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<IReadOnlyList<string>> Operators = new ListSetting<string>(
        "operators", new TextFormat("an account", 30), [], "The accounts whose owners are operators of the network when they say OPER with that name.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<bool> Cloaks = new ScalarSetting<bool>(
        "cloaks", new FlagFormat(), Defaults.CloaksHosts, "Hides users' addresses from each other.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<bool> Registration = new ScalarSetting<bool>(
        "registration", new FlagFormat(), Defaults.AllowsAccountRegistration, "Lets users make accounts and register channels.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<int> MaxPerAddress = new ScalarSetting<int>(
        "max-per-address", new NumberFormat(1, 1_000_000), ClassDefaults.MaxPerAddress, "How many connections one address may have.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<long> SendQueue = new ScalarSetting<long>(
        "send-queue", new SizeFormat(16 * 1024, 1L << 30), ClassDefaults.SendQueueBytes, "How much may wait for a client that does not read; then it is closed.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<TimeSpan> PingInterval = new ScalarSetting<TimeSpan>(
        "ping-interval", new DurationFormat(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)), ClassDefaults.PingInterval, "After how long a silence a client is asked whether it is still there.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<TimeSpan> Flood = new ScalarSetting<TimeSpan>(
        "flood-allowance", new DurationFormat(TimeSpan.Zero, TimeSpan.FromHours(1)), ClassDefaults.FloodAllowance, "How far ahead of its penalties a client may be; 0 switches them off.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<IReadOnlyList<SectionValues>> Classes = new GroupSetting(
        "classes", IrcClassSettings.Schema, "Classes of connections, the more particular first; who fits none is of the class that the settings above make.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<int> Sts = new ScalarSetting<int>(
        "sts", new NumberFormat(0, 65535), 0, "The port of a `tls:` endpoint that clients shall use from now on, and for 30 days; 0 tells none. Its certificate must be publicly valid.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<int> History = new ScalarSetting<int>(
        "history", new NumberFormat(0, 100_000), Defaults.Limits.HistoryMessages, "How many messages of a channel are kept; 0 keeps none.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<long> HistoryMemory = new ScalarSetting<long>(
        "history-memory", new SizeFormat(0, 1L << 40), Defaults.Limits.HistoryTotalBytes, "How much memory the messages of all channels may take; who was silent for longest forgets first.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<int> AccountsPerAddress = new ScalarSetting<int>(
        "accounts-per-address", new NumberFormat(0, 1_000_000), Defaults.Limits.AccountsPerAddress, "How many accounts may be made from one address in ten minutes; 0 for any number.")
    {
        Effect = TakesEffect.Live,
    };

    /// <inheritdoc/>
    public SectionSchema Section { get; } = new(
        "irc",
        "IRC servers; one mapping each.",
        [StrandSettings.Name, At, WebAt, WebHosts, ServerName, NetworkName, Motd, Operators, Cloaks, Registration, MaxPerAddress, AccountsPerAddress, SendQueue, PingInterval, Flood, History, HistoryMemory, Sts, Classes])
    {
        Repeatable = true,
    };

    /// <inheritdoc/>
    public Setting<IReadOnlyList<EndpointSpec>> Listen => At;

    /// <inheritdoc/>
    public StrandPage Page { get; } = new(
        "Serves IRC with IRCv3: accounts, registered channels, history. Any IRC client of today can use it.",
        [],
        [
            ("ropewalk irc", "serves on 127.0.0.1:6667"),
            ("ropewalk irc --web 127.0.0.1:8067", "the same, and a page for browsers on http://127.0.0.1:8067/"),
            ("ropewalk irc -l tcp:6667 -l tls:6697:cert=irc.pem", "on all addresses, with TLS on a second port"),
        ],
        []);

    /// <inheritdoc/>
    public IReadOnlyList<(Setting Setting, string Text)>? UpDefaults { get; } = [(At, "tcp:127.0.0.1:6667"), (WebAt, "tcp:127.0.0.1:8067")];

    /// <inheritdoc/>
    public IReadOnlyList<EndpointSpec> EndpointsOf(SectionValues values) => [.. values.Get(At), .. WebOf(values)];

    /// <inheritdoc/>
    public bool IsForBrowsers(SectionValues values, EndpointSpec endpoint) => WebOf(values).Contains(endpoint);

    /// <inheritdoc/>
    public void Probe(SectionValues values, ConfigurationProblems problems)
    {
        foreach (string problem in OptionsOf(values).Validate())
        {
            problems.Add(values.OriginOf(ServerName), problem);
        }

        foreach (EndpointSpec endpoint in WebOf(values).Where(endpoint => values.Get(At).Any(other => WebEndpoints.Complete(other).Equals(endpoint))))
        {
            problems.Add(values.OriginOf(WebAt), $"'{endpoint}' is among 'listen' too: one endpoint speaks IRC or serves the page");
        }

        if (StsObstacle(values) is { } obstacle)
        {
            problems.Add(values.OriginOf(Sts), $"clients would remember for 30 days what they cannot use: {obstacle}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceInstance> StartAsync(SectionValues values, ServiceContext context, CancellationToken cancellationToken)
    {
        var stores = context.Services.GetRequiredService<ProcessStores>();
        var options = new IrcServerOptions
        {
            Network = OptionsOf(values),
            StoreName = StoreNameOf(context.ServiceName),
            Records = await stores.GetRecordsAsync(),
            Files = stores.Files,
            TimeProvider = context.TimeProvider,
            LoggerFactory = context.LoggerFactory,
            Rehash = _ => Rehash(context.Services),
        };
        IrcServer server = await IrcServer.StartAsync(options, cancellationToken);
        return new Instance(server, await IrcWebClient.StartAsync(server, new IrcWebClientOptions { Services = context.Services, TimeProvider = context.TimeProvider }, cancellationToken), values);
    }

    /// <inheritdoc/>
    public string Describe(SectionValues values) => values.Get(NetworkName);

    /// <inheritdoc/>
    public IEnumerable<(string Line, string Meaning)> Try(SectionValues values, RunningEndpoint endpoint)
    {
        if (IsForBrowsers(values, endpoint.Spec))
        {
            if (endpoint.WebAddress is { } page)
            {
                yield return ($"{page}#ropewalk", "a page to open: the same conversation in a browser");
            }
        }
        else if (endpoint.Spec.Scheme == "tcp" && endpoint.Reachable is { } at)
        {
            yield return ($"irssi -c {at.Address} -p {at.Port}", "a conversation: /join #ropewalk");
        }
    }

    private static IReadOnlyList<EndpointSpec> WebOf(SectionValues values) => [.. values.Get(WebAt).Select(WebEndpoints.Complete)];

    // Each service has its own channels and history, under its own name; accounts are everybody's.
    private static string StoreNameOf(string service)
    {
        string name = string.Concat(service.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        return name.Length > 40 ? name[..40] : name;
    }

    // What a client has been told by sts it insists on, whatever becomes of the certificate.
    private static string? StsObstacle(SectionValues values)
    {
        int port = values.Get(Sts);
        if (port == 0)
        {
            return null;
        }

        EndpointSpec? endpoint = values.Get(At).FirstOrDefault(one => one.Scheme == "tls" && one.Port == port);
        try
        {
            return endpoint is null ? $"no tls: endpoint listens on port {port}" : PublicTrust.FindObstacle(endpoint, TimeProvider.System);
        }
        catch (EndpointException e)
        {
            return e.Message;
        }
    }

    // The operator does not wait for it: a reload that restarts this very server would wait for the operator's connection.
    private static Task<string> Rehash(IServiceProvider services)
    {
        _ = services.GetRequiredService<ServiceReloader>().ReloadAsync("REHASH");
        return Task.FromResult("The configuration is being read again. The log says what came of it.");
    }

    private static IrcNetworkOptions OptionsOf(SectionValues values) => new()
    {
        ServerName = values.Get(ServerName),
        NetworkName = values.Get(NetworkName),
        Motd = values.Get(Motd),
        Operators = [.. values.Get(Operators).Select(account => new IrcOperatorBlock { Name = account, Account = account })],
        CloaksHosts = values.Get(Cloaks),
        AllowsAccountRegistration = values.Get(Registration),
        AllowsChannelRegistration = values.Get(Registration),
        StsPort = values.Get(Sts) is > 0 and int port ? port : null,
        Limits = new IrcNetworkLimits
        {
            HistoryMessages = values.Get(History),
            HistoryTotalBytes = values.Get(HistoryMemory),
            AccountsPerAddress = values.Get(AccountsPerAddress),
        },
        Classes =
        [
            .. values.Get(Classes).Select(IrcClassSettings.Read),
            new IrcConnectionClass
            {
                MaxPerAddress = values.Get(MaxPerAddress),
                SendQueueBytes = (int)values.Get(SendQueue),
                PingInterval = values.Get(PingInterval),
                FloodAllowance = values.Get(Flood),
            },
        ],
    };

    private sealed class Instance : ServiceInstance
    {
        private readonly IrcServer _server;
        private readonly IrcWebClient _web;
        private volatile IReadOnlyList<EndpointSpec> _webAt = [];

        public Instance(IrcServer server, IrcWebClient web, SectionValues values)
        {
            _server = server;
            _web = web;
            SetWeb(values);
        }

        // Each connection anew: a reload may move an endpoint from one list to the other, and asks for a new one's before the lists are in force.
        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) =>
            connection => _webAt.Contains(endpoint) ? _web.Connections(connection) : _server.OnConnectedAsync(connection);

        public override void ApplyLive(object options)
        {
            _server.Apply(OptionsOf((SectionValues)options));
            SetWeb((SectionValues)options);
        }

        public override void OnStopping() => _server.BeginStop();

        public override async ValueTask DisposeAsync()
        {
            await _web.DisposeAsync();
            await _server.DisposeAsync();
            await base.DisposeAsync();
        }

        private void SetWeb(SectionValues values)
        {
            _webAt = WebOf(values);
            _web.Hosts = values.Get(WebHosts);
        }
    }
}
