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
        builder.UseLimits(handler.Limits.Connections);
        if (handler.Limits.ConnectionRate is { } rate)
        {
            builder.UseRateLimit(rate);
        }

        return builder.Run(handler.OnConnectedAsync);
    }
}
