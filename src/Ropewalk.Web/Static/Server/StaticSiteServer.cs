using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Server;

namespace Ropewalk.Web.Static.Server;

/// <summary>Listens on endpoint strings, and answers with a site.</summary>
/// <remarks><b>Lifetime</b>: started once, stopped once. The site may be swapped meanwhile (<see cref="StaticSite.Swap"/>).</remarks>
public sealed class StaticSiteServer : IAsyncDisposable
{
    private readonly KestrelApplication _http;
    private readonly ConnectionServer _server;

    private StaticSiteServer(KestrelApplication http, EndpointContext context)
    {
        _http = http;
        _server = new ConnectionServer(context);
    }

    /// <summary>Gets what is listened on.</summary>
    public IReadOnlyList<Listening> Listenings => _server.Listenings;

    /// <summary>Starts a server that listens on nothing yet.</summary>
    /// <param name="site">Answers.</param>
    /// <param name="context">Schemes, transports, clock and logs; null for the defaults.</param>
    /// <param name="limits">What connections may take; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The server; call <see cref="ListenAsync(string, CancellationToken)"/>.</returns>
    /// <exception cref="ArgumentException">The limits have faults: the message tells all of them.</exception>
    public static async Task<StaticSiteServer> StartAsync(
        StaticSite site, EndpointContext? context = null, WebLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(site);
        context ??= new EndpointContext();
        return new StaticSiteServer(await MountAsync(site, limits ?? new WebLimits(), context, cancellationToken), context);
    }

    /// <summary>Listens on an endpoint string: <c>tcp:127.0.0.1:8080</c>, <c>tls:8443:cert=site.pem</c>, <c>unix:/run/site</c>.</summary>
    /// <param name="at">Where. Without a scheme it is TCP; TLS offers HTTP/2 unless its <c>alpn</c> says otherwise.</param>
    /// <param name="cancellationToken">Gives up binding.</param>
    /// <returns>What tells the port that the system chose.</returns>
    /// <exception cref="FormatException">The string is not an endpoint.</exception>
    /// <exception cref="EndpointException">The endpoint cannot be listened on.</exception>
    public ValueTask<Listening> ListenAsync(string at, CancellationToken cancellationToken = default) =>
        ListenAsync(EndpointSpec.Parse(at), cancellationToken);

    /// <summary>Listens on an endpoint.</summary>
    /// <inheritdoc cref="ListenAsync(string, CancellationToken)"/>
    public ValueTask<Listening> ListenAsync(EndpointSpec at, CancellationToken cancellationToken = default) =>
        _server.ListenAsync(WebEndpoints.Complete(at), _http.Connections, cancellationToken);

    /// <summary>Stops: no new connections; those that are open are told so in HTTP's words, and answers under way are finished.</summary>
    /// <param name="cancellationToken">Ends the waiting: what is left is cut.</param>
    /// <returns>Ends when no connection is left.</returns>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _server.StopAsync(cancellationToken);
        await _http.StopAsync(cancellationToken);
    }

    /// <summary>Cuts what is left.</summary>
    /// <returns>Ends when no connection is left.</returns>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _http.DisposeAsync();
    }

    internal static Task<KestrelApplication> MountAsync(StaticSite site, WebLimits limits, EndpointContext context, CancellationToken cancellationToken)
    {
        string[] faults = [.. limits.Validate()];
        if (faults.Length > 0) throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(limits));
        return KestrelApplication.StartAsync(
            new StaticSiteApplication(site),
            context.Services ?? new OnlyLoggers(context.LoggerFactory),
            limits.Apply,
            new KestrelApplicationOptions { TimeProvider = context.TimeProvider },
            cancellationToken);
    }

    // Kestrel asks for its loggers where an application has services; outside a host there are only these.
    private sealed class OnlyLoggers(ILoggerFactory loggers) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? loggers : null;
    }
}
