using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>Serves a folder over HTTP: <c>ropewalk web [FOLDER]</c>.</summary>
internal sealed class WebStrand : ICommandStrand
{
    private static readonly Setting<IReadOnlyList<EndpointSpec>> At = new ListSetting<EndpointSpec>(
        "listen", new EndpointFormat(), [EndpointSpec.Tcp("127.0.0.1", 8080)], "Where HTTP/1.1 and HTTP/2 are served.")
    {
        Fewest = 1,
        Effect = TakesEffect.Listeners,
    };

    private static readonly Setting<string> Root = new ScalarSetting<string>(
        "root", new PathFormat("a folder"), null!, "The folder that is served. Without one: the sample site that is inside the program.")
    {
        Effect = TakesEffect.NewConnections,
    };

    private static readonly Setting<bool> Listing = new ScalarSetting<bool>(
        "listing", new FlagFormat(), true, "Answers a folder that has no index file with a list of its files.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<IReadOnlyList<string>> Index = new ListSetting<string>(
        "index", new TextFormat("a file name", 255), ["index.html", "index.htm"], "The files that stand for their folder; the first that exists wins.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<string> CacheControl = new ScalarSetting<string>(
        "cache-control", new TextFormat("a header value", 200), "no-cache", "The `Cache-Control` of files and listings. `no-cache` has browsers ask each time, and get a short 304 if nothing has changed.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<long> CacheBytes = new ScalarSetting<long>(
        "cache", new SizeFormat(0, 1L << 36), 64L << 20, "How many bytes of small files are kept in memory; 0 keeps none.")
    {
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<bool> AccessLog = new ScalarSetting<bool>(
        "access-log", new FlagFormat(), true, "Writes a line for each request to the log, as Apache's combined format has it.")
    {
        Effect = TakesEffect.NewConnections,
    };

    private static readonly Setting<int> MaxConnections = new ScalarSetting<int>(
        "max-connections", new NumberFormat(1, 1_000_000), 10_000, "How many connections may be open at once; more are refused.")
    {
        Effect = TakesEffect.NewConnections,
    };

    private static readonly Setting<TimeSpan> KeepAlive = new ScalarSetting<TimeSpan>(
        "keep-alive-timeout", new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), TimeSpan.FromSeconds(75), "How long a connection may wait for its next request.")
    {
        Effect = TakesEffect.NewConnections,
    };

    private static readonly Setting<TimeSpan> HeadersTimeout = new ScalarSetting<TimeSpan>(
        "headers-timeout", new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), TimeSpan.FromSeconds(20), "How long the header fields of a request may take to come.")
    {
        Effect = TakesEffect.NewConnections,
    };

    /// <inheritdoc/>
    public SectionSchema Section { get; } = new(
        "web",
        "Folders served over HTTP; one mapping each.",
        [StrandSettings.Name, At, Root, Listing, Index, CacheControl, CacheBytes, AccessLog, MaxConnections, KeepAlive, HeadersTimeout])
    {
        Repeatable = true,
    };

    /// <inheritdoc/>
    public Setting<IReadOnlyList<EndpointSpec>> Listen => At;

    /// <inheritdoc/>
    public StrandPage Page { get; } = new(
        "Serves a folder over HTTP/1.1 and HTTP/2. Ranges, conditional requests, a listing of folders; hidden files stay hidden and nothing outside of the folder is reachable.",
        [(Root, "FOLDER")],
        [
            ("ropewalk web", "serves the working folder on http://127.0.0.1:8080/"),
            ("ropewalk web ./site --listen 127.0.0.1:8000", "serves ./site on port 8000"),
            ("ropewalk web ./site -l tcp:127.0.0.1:8080 -l tls:127.0.0.1:8443:dev", "the same with TLS and a development certificate on a second port"),
        ],
        ["Without --listen it is reachable from this machine only; --listen 8080 listens on all addresses."])
    {
        Defaults = [(Root, ".")],
    };

    /// <inheritdoc/>
    public IReadOnlyList<(Setting Setting, string Text)>? UpDefaults { get; } = [(At, "tcp:127.0.0.1:8080")];

    /// <inheritdoc/>
    public void Probe(SectionValues values, ConfigurationProblems problems)
    {
        if (values.Get(Root) is { } root && !Directory.Exists(root))
        {
            problems.Add(values.OriginOf(Root), File.Exists(root) ? $"'{root}' is a file, not a folder" : $"there is no folder '{root}'");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<EndpointSpec> EndpointsOf(SectionValues values) => [.. values.Get(At).Select(WebEndpoints.Complete)];

    /// <inheritdoc/>
    public bool IsForBrowsers(SectionValues values, EndpointSpec endpoint) => true;

    /// <inheritdoc/>
    public async ValueTask<ServiceInstance> StartAsync(SectionValues values, ServiceContext context, CancellationToken cancellationToken)
    {
        AccessLog? log = values.Get(AccessLog)
            ? new AccessLog(new LoggerAccessLogSink(context.LoggerFactory.CreateLogger("Ropewalk.Web.Access")), time: context.TimeProvider)
            : null;
        IServiceKind kind = WebServiceKind.Shared;
        return new WebService(await kind.StartAsync(OptionsOf(values, log), context, cancellationToken), log);
    }

    /// <inheritdoc/>
    public string Describe(SectionValues values) => values.Get(Root) ?? "the sample site inside the program";

    /// <inheritdoc/>
    public IEnumerable<(string Line, string Meaning)> Try(SectionValues values, RunningEndpoint endpoint)
    {
        if (endpoint.WebAddress is { } address)
        {
            yield return ($"curl -i {address}", "a page with its header fields");
            if (values.Get(Root) is null)
            {
                yield return ($"curl -r 0-15 {address}files/verse.txt", "the first words of a file");
                yield return ($"curl {address}missing", "a mistake, in plain words");
            }
        }
    }

    /// <summary>Makes the options of the service.</summary>
    internal static WebServiceOptions OptionsOf(SectionValues values, AccessLog? log)
    {
        string? root = values.Get(Root);
        return new WebServiceOptions
        {
            AccessLog = log,
            Limits = new WebLimits
            {
                MaxConnections = values.Get(MaxConnections),
                KeepAliveTimeout = values.Get(KeepAlive),
                HeadersTimeout = values.Get(HeadersTimeout),
            },
            Site = new StaticSiteOptions
            {
                Folder = root,
                Files = root is null ? SampleSite.Files : null,
                Listing = values.Get(Listing),
                IndexNames = values.Get(Index),
                CacheControl = values.Get(CacheControl),
                CacheBytes = values.Get(CacheBytes),
            },
        };
    }
}
