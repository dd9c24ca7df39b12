using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Session;
using Ropewalk.Policies;

namespace Ropewalk.Dns.Server;

/// <summary>Puts DNS at the end of a connection pipeline.</summary>
public static class DnsConnectionExtensions
{
    /// <summary>Serves DNS on each connection, within the handler's <see cref="DnsStreamLimits.Connections"/> and <see cref="DnsStreamLimits.ConnectionRate"/>.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="handler">The handler; one may serve several endpoints, and each has limits of its own.</param>
    public static IConnectionBuilder UseDnsStream(this IConnectionBuilder builder, DnsStreamHandler handler)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        return Run(builder.UseLimits(handler.Limits.Connections), handler.Limits, handler.OnConnectedAsync);
    }

    /// <summary>Serves DNS on each connection with a server, and with its faults if it has any.</summary>
    /// <inheritdoc cref="UseDnsStream(IConnectionBuilder, DnsStreamHandler)"/>
    /// <param name="builder">The pipeline.</param>
    /// <param name="server">The server; it may serve several endpoints, whose connections count together.</param>
    public static IConnectionBuilder UseDnsStream(this IConnectionBuilder builder, DnsServer server)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(server);
        return Run(builder.UsePolicy(server.ConnectionLimits), server.Streams.Limits, server.OnConnectedAsync);
    }

    private static IConnectionBuilder Run(IConnectionBuilder builder, DnsStreamLimits limits, Func<ConnectionContext, Task> application)
    {
        if (limits.ConnectionRate is { } rate)
        {
            builder.UseRateLimit(rate);
        }

        return builder.Run(application);
    }
}
