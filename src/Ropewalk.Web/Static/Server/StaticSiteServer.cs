using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ropewalk.Web.Static.Server;

/// <summary>Listens, and answers with a site.</summary>
/// <remarks><b>Lifetime</b>: started once, stopped once. The site may be swapped meanwhile (<see cref="StaticSite.Swap"/>).</remarks>
public sealed class StaticSiteServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly StaticSite _site;
    private readonly KestrelServerOptions _options = new();

    /// <summary>Makes a server.</summary>
    /// <param name="site">Answers.</param>
    /// <param name="transport">Listens.</param>
    /// <param name="limits">What connections may take; the defaults if null.</param>
    /// <param name="loggers">Takes what the server has to say.</param>
    /// <exception cref="ArgumentException">The limits have faults: the message tells all of them.</exception>
    public StaticSiteServer(StaticSite site, IConnectionListenerFactory transport, WebLimits? limits = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(transport);
        limits ??= new WebLimits();
        string[] faults = [.. limits.Validate()];
        if (faults.Length > 0) throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(limits));
        _site = site;
        limits.Apply(_options);
        _kestrel = new KestrelServer(Options.Create(_options), transport, loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>Gets where the server listens, as addresses with the ports that the system chose.</summary>
    public ICollection<string> Addresses => _kestrel.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    /// <summary>Starts to listen.</summary>
    /// <param name="endPoints">Where.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Ends when all of them are listened on.</returns>
    public Task StartAsync(IReadOnlyList<EndPoint> endPoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoints);
        foreach (EndPoint endPoint in endPoints) _options.Listen(endPoint, static _ => { });
        return _kestrel.StartAsync(new StaticSiteApplication(_site), cancellationToken);
    }

    /// <summary>Stops: no new connections, then the answers under way are finished, then what is left is cut.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Ends when no connection is left.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default) => _kestrel.StopAsync(cancellationToken);

    /// <summary>Cuts what is left.</summary>
    /// <returns>Ends when no connection is left.</returns>
    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true));
        _kestrel.Dispose();
    }
}
