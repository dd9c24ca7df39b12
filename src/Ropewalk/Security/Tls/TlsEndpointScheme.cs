using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Blocking;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Listens on and connects to <c>tls:[HOST:]PORT</c>: TCP with a handshake in front. Where one listens, the handshake runs on the
/// connection's own task; where one connects, it is done when the connection is there.
/// </summary>
public sealed class TlsEndpointScheme : IEndpointScheme
{
    private readonly Lock _gate = new();
    private readonly List<WeakReference<CertificateStore>> _stores = [];

    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Tls;

    /// <summary>Gets the stores of the endpoints that are listened on: what a reload renews with <see cref="CertificateStore.ReloadAsync"/>.</summary>
    public IReadOnlyList<CertificateStore> CertificateStores
    {
        get
        {
            lock (_gate)
            {
                _stores.RemoveAll(reference => !reference.TryGetTarget(out _));
                return [.. _stores.Select(reference => reference.TryGetTarget(out CertificateStore? store) ? store : null).OfType<CertificateStore>()];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(context);
        TlsServerOptions options = await BlockingWork.RunAsync(() => TlsEndpointOptions.ForServer(spec, context.TimeProvider), cancellationToken);
        ILogger logger = context.LoggerFactory.CreateLogger(TlsLog.Category);
        foreach (ServerCertificate certificate in options.Certificates!.Certificates)
        {
            if (certificate.Certificate.NotAfter.ToUniversalTime() is var end && end < context.TimeProvider.GetUtcNow().UtcDateTime)
            {
                TlsLog.CertificateExpired(logger, certificate.Source, end);
            }
        }

        IConnectionListener listener = await context.ListenTcpAsync(spec, cancellationToken);
        lock (_gate)
        {
            // the pipeline keeps the store; when the endpoint is gone, so is its entry here
            _stores.Add(new WeakReference<CertificateStore>(options.Certificates!));
        }

        return new EndpointListener(listener, next => new TlsMiddleware(next, options.Settings, logger).OnConnectionAsync);
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(context);
        TlsClientOptions options = await BlockingWork.RunAsync(() => TlsEndpointOptions.ForClient(spec, context.TimeProvider), cancellationToken);
        ConnectionContext connection = await context.ConnectTcpAsync(spec, cancellationToken);
        try
        {
            await connection.UpgradeToTlsAsync(options, cancellationToken);
            return connection;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync();
            if (exception is TlsException failure)
            {
                throw new EndpointException($"Cannot connect to {spec}: {failure.Message}", failure.Side, failure);
            }

            throw;
        }
    }
}
