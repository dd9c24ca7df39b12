using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Web.Static.Server;

/// <summary>Makes services that serve a folder.</summary>
public sealed class WebServiceKind : ServiceKind<WebServiceOptions>
{
    private WebServiceKind()
        : base("web", CreateTable())
    {
    }

    /// <summary>Gets the kind.</summary>
    public static WebServiceKind Shared { get; } = new();

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate(WebServiceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Site.Validate().Concat(options.Limits.Validate());
    }

    /// <inheritdoc/>
    protected override async ValueTask<ServiceInstance> StartAsync(WebServiceOptions options, ServiceContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        StaticSite site = new(options.Site, options.AccessLog, context.LoggerFactory.CreateLogger<StaticSite>(), context.TimeProvider);
        return new WebService(site, await StaticSiteServer.MountAsync(site, options.Limits, context.Endpoints, cancellationToken));
    }

    private static SettingTable<WebServiceOptions> CreateTable() => new SettingTable<WebServiceOptions>()
        // a folder that is not there is found by making an instance, which a live setting does not
        .NewConnections("root", o => o.Site.Folder)
        .NewConnections("files", o => o.Site.Files)
        .Live("listing", o => o.Site.Listing)
        .Live("index", o => o.Site.IndexNames)
        .Live("max-listing-entries", o => o.Site.MaxListingEntries)
        .Live("cache-control", o => o.Site.CacheControl)
        .Live("media-types", o => o.Site.MediaTypes)
        .Live("max-ranges", o => o.Site.MaxRanges)
        .Live("cache-bytes", o => o.Site.CacheBytes)
        .Live("cached-file-bytes", o => o.Site.MaxCachedFileBytes)
        .Live("cache-check-interval", o => o.Site.CacheCheckInterval)
        .NewConnections("access-log", o => o.AccessLog)
        .NewConnections("max-connections", o => o.Limits.MaxConnections)
        .NewConnections("max-request-line-bytes", o => o.Limits.MaxRequestLineBytes)
        .NewConnections("max-header-bytes", o => o.Limits.MaxHeaderBytes)
        .NewConnections("max-headers", o => o.Limits.MaxHeaders)
        .NewConnections("headers-timeout", o => o.Limits.HeadersTimeout)
        .NewConnections("keep-alive-timeout", o => o.Limits.KeepAliveTimeout)
        .NewConnections("max-request-body-bytes", o => o.Limits.MaxRequestBodyBytes)
        .NewConnections("min-bytes-per-second", o => o.Limits.MinBytesPerSecond)
        .NewConnections("slow-grace-period", o => o.Limits.SlowGracePeriod)
        .NewConnections("max-streams", o => o.Limits.MaxStreams);

    private sealed class WebService(StaticSite site, KestrelApplication http) : ServiceInstance
    {
        public override ConnectionDelegate GetConnections(EndpointSpec endpoint) => http.Connections;

        public override void ApplyLive(object options) => site.SwapSettings(((WebServiceOptions)options).Site);

        public override ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            return http.DisposeAsync();
        }
    }
}
