using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ropewalk.Testing;

/// <summary>Puts the services of an application on a simulated host.</summary>
public static class SimHostServices
{
    /// <summary>
    /// Gives an application a host's network, names and clock in the place of the system's. What it then listens on with <c>AddRopewalk</c> or
    /// <c>UseRopewalkEndpoint</c> is in the simulation.
    /// </summary>
    public static IServiceCollection AddSimHost(this IServiceCollection services, SimHost host)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(host);
        services.Replace(ServiceDescriptor.Singleton(host.Context));
        services.Replace(ServiceDescriptor.Singleton(host.Time));
        return services;
    }
}
