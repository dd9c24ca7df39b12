using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Hosting;

/// <summary>Adds Ropewalk to a host.</summary>
public static class RopewalkServiceCollectionExtensions
{
    /// <summary>Adds Ropewalk. Calling it again adds to the same host.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets how services end and when they are reloaded.</param>
    /// <remarks>
    /// From the application's services are taken, where they are there: <see cref="TimeProvider"/>, <see cref="INameResolver"/>,
    /// <see cref="MemoryTransport"/>, every <see cref="IEndpointScheme"/>, every <see cref="IServiceSource"/>. There are then to be had:
    /// <see cref="EndpointContext"/>, <see cref="ServiceRunner"/>, <see cref="IStatusSource"/>, <see cref="ServiceReloader"/>.
    /// </remarks>
    public static RopewalkBuilder AddRopewalk(this IServiceCollection services, Action<RopewalkOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RopewalkOptions>()
            .Validate(options => options.DrainTimeout is null || options.DrainTimeout >= TimeSpan.Zero, "DrainTimeout is negative.")
            .Validate(options => options.ChangePollInterval > TimeSpan.Zero, "ChangePollInterval is not above zero.");
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(CreateContext);
        services.TryAddSingleton(CreateRunner);
        services.TryAddSingleton<IStatusSource>(provider => provider.GetRequiredService<ServiceRunner>());
        services.TryAddSingleton(provider => new SupervisorNotifier(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(provider => new ServiceReloader(
            new RegisteredServices(
                provider.GetServices<ServiceRegistration>(), provider.GetServices<IServiceSource>(), provider.GetRequiredService<EndpointContext>()),
            provider.GetRequiredService<ServiceRunner>(),
            provider.GetRequiredService<SupervisorNotifier>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RopewalkService>());
        return new RopewalkBuilder(services);
    }

    private static EndpointContext CreateContext(IServiceProvider provider)
    {
        EndpointSchemes schemes = EndpointSchemes.CreateDefault();
        foreach (IEndpointScheme scheme in provider.GetServices<IEndpointScheme>())
        {
            schemes.Add(scheme);
        }

        var standard = new EndpointContext();
        StreamTransports? streams = provider.GetService<StreamTransports>();
        ILoggerFactory loggers = provider.GetRequiredService<ILoggerFactory>();
        return new EndpointContext
        {
            Schemes = schemes,
            StreamListeners = streams?.Listeners ?? standard.StreamListeners,
            StreamConnections = streams?.Connections ?? standard.StreamConnections,
            DatagramPorts = provider.GetService<IDatagramPortFactory>() ?? new DatagramTransport(loggers),
            Memory = provider.GetService<MemoryTransport>() ?? standard.Memory,
            NameResolver = provider.GetService<INameResolver>() ?? standard.NameResolver,
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
            LoggerFactory = loggers,
            Services = provider,
        };
    }

    private static ServiceRunner CreateRunner(IServiceProvider provider)
    {
        TimeSpan shutdown = provider.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        TimeSpan drain = provider.GetRequiredService<IOptions<RopewalkOptions>>().Value.DrainTimeout ?? shutdown * 0.9;
        return new ServiceRunner(provider.GetRequiredService<EndpointContext>(), new ServiceRunnerOptions { DrainTimeout = drain });
    }
}
