using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ropewalk.Policies;

/// <summary>
/// Adds policies to a connection pipeline. They apply in the order in which they are added, before everything that is added after. All run on
/// Ropewalk's transports; all but the memory budget, which lets connections pass there, run in Kestrel too.
/// </summary>
public static class ConnectionPolicyExtensions
{
    /// <summary>Adds a policy.</summary>
    public static IConnectionBuilder UsePolicy(this IConnectionBuilder builder, IConnectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policy);
        return builder.Use(policy.Apply);
    }

    /// <summary>Refuses connections over a count: in all, from one address, from one IPv6 /64.</summary>
    public static IConnectionBuilder UseLimits(this IConnectionBuilder builder, ConnectionLimits? limits = null) =>
        builder.UsePolicy(new LimitsPolicy(limits ?? new ConnectionLimits(), LoggerOf(builder), TimeOf(builder)));

    /// <summary>Ends connections on which nothing crosses in either direction.</summary>
    public static IConnectionBuilder UseIdleTimeout(this IConnectionBuilder builder, IdleTimeoutOptions? options = null) =>
        builder.UsePolicy(new IdleTimeoutPolicy(options ?? new IdleTimeoutOptions(), LoggerOf(builder)));

    /// <summary>Ends connections on which nothing crosses in either direction.</summary>
    public static IConnectionBuilder UseIdleTimeout(this IConnectionBuilder builder, TimeSpan timeout) =>
        builder.UseIdleTimeout(new IdleTimeoutOptions { Timeout = timeout });

    /// <summary>Ends connections whose handler does not say <see cref="IHandshakeDeadlineFeature.HandshakeDone"/> in time.</summary>
    public static IConnectionBuilder UseHandshakeTimeout(this IConnectionBuilder builder, TimeSpan timeout, TimeProvider? timeProvider = null) =>
        builder.UsePolicy(new HandshakeTimeoutPolicy(timeout, timeProvider, LoggerOf(builder)));

    /// <summary>Slows connections down to a rate each way.</summary>
    public static IConnectionBuilder UseThrottle(this IConnectionBuilder builder, ThrottleOptions options) => builder.UsePolicy(new ThrottlePolicy(options));

    /// <summary>Refuses connections by the peer's address.</summary>
    public static IConnectionBuilder UseAddressFilter(this IConnectionBuilder builder, AddressFilterOptions options) =>
        builder.UsePolicy(new AddressFilterPolicy(options, LoggerOf(builder)));

    /// <summary>Refuses connections that come too fast from one address, or one IPv6 /64.</summary>
    public static IConnectionBuilder UseRateLimit(this IConnectionBuilder builder, ConnectionRate? rate = null) =>
        builder.UsePolicy(new RateLimitPolicy(new PeerRateLimiter(rate ??= new ConnectionRate()), LoggerOf(builder), rate.TimeProvider));

    /// <summary>Refuses connections for which a limiter of System.Threading.RateLimiting has no permit.</summary>
    public static IConnectionBuilder UseRateLimit(this IConnectionBuilder builder, PartitionedRateLimiter<ConnectionContext> limiter) =>
        builder.UsePolicy(new RateLimitPolicy(limiter, LoggerOf(builder), TimeOf(builder)));

    /// <summary>Logs what crosses, masked and bounded, while Debug is on for the category <c>Ropewalk.Policies</c>.</summary>
    public static IConnectionBuilder UseTrafficLog(this IConnectionBuilder builder, TrafficLogOptions? options = null, ILogger? logger = null) =>
        builder.UsePolicy(new TrafficLogPolicy(options ?? new TrafficLogOptions(), logger ?? LoggerOf(builder)));

    /// <summary>Keeps the buffers of all connections within a budget.</summary>
    public static IConnectionBuilder UseMemoryBudget(this IConnectionBuilder builder, MemoryBudget? budget = null, TimeProvider? timeProvider = null) =>
        builder.UsePolicy(new MemoryBudgetPolicy(budget ?? new MemoryBudget(), timeProvider, LoggerOf(builder)));

    private static TimeProvider? TimeOf(IConnectionBuilder builder) => builder.ApplicationServices?.GetService<TimeProvider>();

    private static ILogger LoggerOf(IConnectionBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return (builder.ApplicationServices?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(PolicyLog.Category);
    }
}
