using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ropewalk.Security.Tls;

/// <summary>Adds TLS to a connection pipeline.</summary>
public static class TlsBuilderExtensions
{
    /// <summary>
    /// Speaks TLS as the server before everything that is added after. Runs on Ropewalk's transports and in Kestrel (its <c>ListenOptions</c>
    /// is such a builder); in Kestrel, whose sockets cannot half-close, the end of the output is <c>close_notify</c> alone.
    /// </summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">How; checked here.</param>
    /// <param name="loggerFactory">Where failed handshakes are logged; null for the application's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something in the options is wrong; all errors are told.</exception>
    public static IConnectionBuilder UseTls(this IConnectionBuilder builder, TlsServerOptions options, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        TlsServerSettings settings = options.Settings;
        loggerFactory ??= builder.ApplicationServices?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        ILogger logger = loggerFactory.CreateLogger(TlsLog.Category);
        return builder.Use(next => new TlsMiddleware(next, settings, logger).OnConnectionAsync);
    }
}
