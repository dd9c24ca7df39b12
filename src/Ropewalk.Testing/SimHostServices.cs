using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Testing;

/// <summary>Puts the services of an application on a simulated host.</summary>
public static class SimHostServices
{
    /// <summary>
    /// Gives an application the network, names and clock of a host's present life in the place of the system's. What it then listens on with
    /// <c>AddRopewalk</c> or <c>UseRopewalkEndpoint</c> is in the simulation; its services and schemes stay its own.
    /// </summary>
    public static IServiceCollection AddSimHost(this IServiceCollection services, SimHost host)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(host);
        EndpointContext life = host.Context;
        services.Replace(ServiceDescriptor.Singleton(provider => CreateContext(life, provider)));
        services.Replace(ServiceDescriptor.Singleton(life.TimeProvider));
        return services;
    }

    /// <summary>Makes the context of an application on a network, with the application's own schemes and services.</summary>
    internal static EndpointContext CreateContext(EndpointContext life, IServiceProvider provider)
    {
        EndpointSchemes schemes = EndpointSchemes.CreateDefault();
        foreach (IEndpointScheme scheme in provider.GetServices<IEndpointScheme>())
        {
            schemes.Add(scheme);
        }

        return new EndpointContext
        {
            Schemes = schemes,
            StreamListeners = life.StreamListeners,
            StreamConnections = life.StreamConnections,
            DatagramPorts = life.DatagramPorts,
            Memory = provider.GetService<MemoryTransport>() ?? life.Memory,
            NameResolver = life.NameResolver,
            TimeProvider = life.TimeProvider,
            LoggerFactory = life.LoggerFactory,
            Services = provider,
        };
    }
}
