using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ropewalk.Hosting;

/// <summary>
/// Is Kestrel as an application of connections: mount <see cref="Connections"/> on any endpoint string. TLS and PROXY headers are the
/// endpoint's; HTTP/2 is spoken where the endpoint's ALPN has agreed on it.
/// </summary>
/// <remarks>
/// It owns no socket: a reload makes a second one and switches the endpoint over. Asked to say goodbye, its connections end as HTTP ends:
/// GOAWAY, <c>Connection: close</c>, idle ones at once. <b>Lifetime</b>: <see cref="StopAsync"/> or <see cref="DisposeAsync"/> when the last
/// endpoint has let go of it.
/// </remarks>
public sealed class KestrelApplication : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly HandOverListener _listener;

    private KestrelApplication(KestrelServer kestrel, HandOverListener listener)
    {
        _kestrel = kestrel;
        _listener = listener;
        Connections = ServeAsync;
    }

    /// <summary>Gets the application.</summary>
    public ConnectionDelegate Connections { get; }

    /// <summary>Starts Kestrel under a request delegate.</summary>
    /// <param name="app">Answers the requests.</param>
    /// <param name="services">The application's services: loggers, scopes of requests; null for none.</param>
    /// <param name="configure">Sets Kestrel's limits. Where it listens is not set here.</param>
    /// <param name="options">How connections end; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<KestrelApplication> StartAsync(
        RequestDelegate app,
        IServiceProvider? services = null,
        Action<KestrelServerOptions>? configure = null,
        KestrelApplicationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        return StartAsync(new RequestDelegateApplication(app, services), services, configure, options, cancellationToken);
    }

    /// <summary>Starts Kestrel under an application of its own making: no <c>HttpContext</c> need be made.</summary>
    /// <inheritdoc cref="StartAsync(RequestDelegate, IServiceProvider?, Action{KestrelServerOptions}?, KestrelApplicationOptions?, CancellationToken)"/>
    public static async Task<KestrelApplication> StartAsync<TContext>(
        IHttpApplication<TContext> app,
        IServiceProvider? services = null,
        Action<KestrelServerOptions>? configure = null,
        KestrelApplicationOptions? options = null,
        CancellationToken cancellationToken = default)
        where TContext : notnull
    {
        ArgumentNullException.ThrowIfNull(app);
        options ??= new KestrelApplicationOptions();
        var kestrelOptions = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = services! };
        configure?.Invoke(kestrelOptions);
        var endPoint = new HandOverEndPoint();
        kestrelOptions.Listen(endPoint);
        var listener = new HandOverListener(endPoint, options.InputEndGrace, options.TimeProvider);
        var loggers = services?.GetService(typeof(ILoggerFactory)) as ILoggerFactory ?? NullLoggerFactory.Instance;
        var kestrel = new KestrelServer(Options.Create(kestrelOptions), new HandOverListenerFactory(listener), loggers);
        try
        {
            await kestrel.StartAsync(app, cancellationToken);
        }
        catch
        {
            kestrel.Dispose();
            throw;
        }

        return new KestrelApplication(kestrel, listener);
    }

    /// <summary>Stops: requests under way are finished, then what is left is cut.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _kestrel.StopAsync(cancellationToken);

    /// <summary>Cuts what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true));
        _kestrel.Dispose();
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        // Kestrel puts its own feature into the place of this one, and says goodbye in HTTP's words when that is asked to.
        var own = connection.Features.Get<IConnectionLifetimeNotificationFeature>();
        using CancellationTokenRegistration goodbye = own is null
            ? default
            : own.ConnectionClosedRequested.UnsafeRegister(static state => RequestClose((ConnectionContext)state!), connection);
        await _listener.ServeAsync(connection);
    }

    private static void RequestClose(ConnectionContext connection) => connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    private sealed class HandOverEndPoint : EndPoint
    {
        public override string ToString() => "endpoint strings";
    }

    private sealed class HandOverListenerFactory(HandOverListener listener) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(listener);
    }
}
