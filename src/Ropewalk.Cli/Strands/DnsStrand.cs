using System.CommandLine;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>Serves zones: <c>ropewalk dns serve</c>.</summary>
internal sealed class DnsStrand : ICommandStrand
{
    private static readonly ResponseRateLimits RateDefaults = new();
    private static readonly DnsStreamLimits StreamDefaults = new();
    private static readonly DnsStatisticsOptions StatisticsDefaults = new();

    internal static readonly Setting<IReadOnlyList<EndpointSpec>> At = new ListSetting<EndpointSpec>(
        "listen", new EndpointFormat(null), [EndpointSpec.Parse("127.0.0.1:5300")], "Where questions are answered: an address is both UDP and TCP, `tls:` is DNS over TLS.")
    {
        Fewest = 1,
        Effect = TakesEffect.Listeners,
    };

    internal static readonly Setting<IReadOnlyList<ZoneFile>> Zones = new ListSetting<ZoneFile>(
        "zones", new ZoneFileFormat(), [], "The zones' master files; ZONE= before one whose text does not say of which zone it is. Without any: the zone `ropewalk.test` that is inside the program.")
    {
        Most = 10_000,
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<IReadOnlyList<string>> Transfer = new ListSetting<string>(
        "transfer", new TextFormat("an access rule", 400), [], "Who may have whole zones: `[!]NETWORK [key NAME]` or `key NAME`, such as `192.0.2.0/24 key xfr.example`; the first that fits decides. Without any: nobody.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<IReadOnlyList<string>> Access = new ListSetting<string>(
        "access", new TextFormat("an access rule", 400), ["any"], "Who is answered, in rules as those of `transfer`; others are refused.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<IReadOnlyList<string>> Notify = new ListSetting<string>(
        "notify", new TextFormat("a secondary", 400), [], "The secondaries that are told when a zone has changed: `ADDRESS[:PORT] [key NAME]`.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<IReadOnlyList<string>> Keys = new ListSetting<string>(
        "keys", new TextFormat("a TSIG key", 2000), [], "The keys that are shared with secondaries: `[ALGORITHM:]NAME:BASE64`, hmac-sha256 if it is not said.")
    {
        Secret = true,
        IsOption = false,
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> DatagramBytes = new ScalarSetting<int>(
        "datagram-size", new NumberFormat(512, 4096), DnsLimits.DatagramBytes, "The longest answer by UDP in bytes; a client that takes less gets less.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<bool> RateLimit = new ScalarSetting<bool>(
        "rate-limit", new FlagFormat(), true, "Limits how fast one network is answered by UDP, so that nobody is flooded with answers to questions that were forged.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> RatePerSecond = new ScalarSetting<int>(
        "rate-per-second", new NumberFormat(1, 1_000_000), RateDefaults.PerSecond, "How many answers of one kind for one name a network gets each second.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> RateTotal = new ScalarSetting<int>(
        "rate-total", new NumberFormat(1, 1_000_000), RateDefaults.TotalPerSecond, "How many answers in all a network gets each second.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<IReadOnlyList<string>> RateExempt = new ListSetting<string>(
        "rate-exempt", new TextFormat("an access rule", 100), [], "Networks that are not limited.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<bool> Cookies = new ScalarSetting<bool>(
        "cookies", new FlagFormat(), true, "Gives cookies to clients that send theirs; who has one is not limited.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<string> CookieSecret = new ScalarSetting<string>(
        "cookie-secret", new TextFormat("32 hexadecimal digits", 32), null!, "The secret of the cookies, the same on all servers of one address. Without it: a new one at each start.")
    {
        Secret = true,
        IsOption = false,
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<string> Identity = new ScalarSetting<string>(
        "identity", new TextFormat("a word", 255), null!, "What is told to whom asks which server this is (NSID, id.server). Without it: nothing.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<string> Version = new ScalarSetting<string>(
        "version", new TextFormat("a text", 255), null!, "What is told to whom asks for version.bind. Without it: it is refused.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> MaxConnections = new ScalarSetting<int>(
        "max-connections", new NumberFormat(1, 1_000_000), StreamDefaults.Connections.Total, "How many streams may be open at once.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> MaxPerAddress = new ScalarSetting<int>(
        "max-per-address", new NumberFormat(1, 1_000_000), StreamDefaults.Connections.PerAddress, "How many of them from one address.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<TimeSpan> IdleTimeout = new ScalarSetting<TimeSpan>(
        "idle-timeout", new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), StreamDefaults.IdleTimeout, "How long a stream may be silent.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<bool> TopNames = new ScalarSetting<bool>(
        "top-names", new FlagFormat(), StatisticsDefaults.TopNames, "Keeps which names were asked for most in the last minutes, for the status page. What is asked for can say much about who asks.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<bool> TopClients = new ScalarSetting<bool>(
        "top-clients", new FlagFormat(), StatisticsDefaults.TopClients, "Keeps which networks, /24 and /56, have asked most in the last minutes, for the status page.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> QueryLog = new ScalarSetting<int>(
        "query-log", new NumberFormat(0, 1_000_000_000), StatisticsDefaults.LogEvery, "Writes each of so many queries to the log, with the client's address; 1 for all of them, 0 for none.")
    {
        Effect = TakesEffect.Live,
    };

    internal static readonly Setting<int> QueryLogRate = new ScalarSetting<int>(
        "query-log-rate", new NumberFormat(1, 100_000), StatisticsDefaults.LogLinesPerSecond, "How many queries are written to the log in a second at most.")
    {
        Effect = TakesEffect.Live,
    };

    /// <inheritdoc/>
    public SectionSchema Section { get; } = new(
        "dns",
        "DNS servers; one mapping each.",
        [
            StrandSettings.Name, At, Zones, Access, Transfer, Notify, Keys, DatagramBytes, RateLimit, RatePerSecond, RateTotal, RateExempt, Cookies, CookieSecret, Identity, Version,
            MaxConnections, MaxPerAddress, IdleTimeout, TopNames, TopClients, QueryLog, QueryLogRate,
        ])
    {
        Repeatable = true,
    };

    /// <inheritdoc/>
    public Setting<IReadOnlyList<EndpointSpec>> Listen => At;

    /// <inheritdoc/>
    public StrandPage Page { get; } = new(
        "Serves zones with authority, signed ones too, by UDP, TCP and TLS. A zone file that changes is read again; if anything in it is wrong, what is served stays as it was and all is told.",
        [(Zones, "ZONEFILE")],
        [
            ("ropewalk dns serve", "answers for the zone ropewalk.test on 127.0.0.1:5300, UDP and TCP"),
            ("ropewalk dns serve example.org.zone -l 127.0.0.1:5353", "serves a zone from its master file"),
            ("ropewalk dns serve example.org=main.txt -l 53 -l tls:853:cert=dns.pem", "on all addresses, with DNS over TLS; the file does not say of which zone it is"),
        ],
        [])
    {
        Verb = "serve",
        Summary = "Serves zones, and checks their files.",
    };

    /// <inheritdoc/>
    public IEnumerable<Command> MakeOthers(CommandSurroundings surroundings) => [DnsCheckCommand.Make(surroundings)];

    /// <inheritdoc/>
    public IReadOnlyList<(Setting Setting, string Text)>? UpDefaults { get; } = [(At, "127.0.0.1:5300")];

    /// <summary>Makes the server's options of the settings, which have been checked.</summary>
    public static DnsServerOptions OptionsOf(SectionValues values)
    {
        DnsServerOptions options = DnsSettings.Read(values, null);
        options.Zones = options.ZoneFiles.Count == 0 ? [SampleZone.Make()] : [];
        return options;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EndpointSpec> EndpointsOf(SectionValues values) => [.. values.Get(At).SelectMany(DnsEndpoints.Complete).Distinct()];

    /// <inheritdoc/>
    public void Probe(SectionValues values, ConfigurationProblems problems)
    {
        DnsSettings.Read(values, problems);
    }

    /// <inheritdoc/>
    public async ValueTask CheckFilesAsync(SectionValues values, ConfigurationProblems problems, CancellationToken cancellationToken)
    {
        ZoneLoad zones = await ZoneFileCheck.RunAllAsync(DnsSettings.Read(values, null), SampleZone.MakeHash(), cancellationToken);
        foreach (string error in zones.Errors)
        {
            problems.Add(values.OriginOf(Zones), error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceInstance> StartAsync(SectionValues values, ServiceContext context, CancellationToken cancellationToken)
    {
        DnsServerOptions options = OptionsOf(values);
        options.TimeProvider = context.TimeProvider;
        options.LoggerFactory = context.LoggerFactory;
        options.BeforeReading = context.NoteFileAsync;
        options.Statistics.ServiceName = context.ServiceName;
        options.GivesBackMemory = true;
        var instance = new DnsInstance(await DnsServer.StartAsync(options, cancellationToken), context.Services, context.LoggerFactory);
        instance.TellWeakKeys(values);
        return instance;
    }

    /// <inheritdoc/>
    public string Describe(SectionValues values) => values.Get(Zones) switch
    {
        [] => "the zone ropewalk.test inside the program",
        [var one] => one.Zone ?? Path.GetFileName(one.Path),
        var many => $"{many.Count} zones",
    };

    /// <inheritdoc/>
    public IEnumerable<(string Line, string Meaning)> Try(SectionValues values, RunningEndpoint endpoint)
    {
        if (endpoint is { Reachable: { } at } && (endpoint.Spec.Scheme == "udp" || endpoint.Spec.Has("udp")))
        {
            string name = values.Get(Zones).Count == 0 ? "www.ropewalk.test" : values.Get(Zones)[0].Zone ?? "NAME";
            yield return ($"dig @{at.Address} -p {at.Port} {name}", "an answer with authority");
        }
    }
}
