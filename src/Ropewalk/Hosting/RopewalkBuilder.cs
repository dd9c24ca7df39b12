using Microsoft.Extensions.DependencyInjection;

namespace Ropewalk.Hosting;

/// <summary>Adds what a host's Ropewalk runs. Every call adds; none replaces what another has added.</summary>
public sealed class RopewalkBuilder
{
    internal RopewalkBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the application's services.</summary>
    public IServiceCollection Services { get; }
}
