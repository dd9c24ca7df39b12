using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Gives a service what it is made with.</summary>
public sealed class ServiceContext
{
    internal ServiceContext(string serviceName, EndpointContext endpoints, IServiceProvider services)
    {
        ServiceName = serviceName;
        Endpoints = endpoints;
        Services = services;
    }

    /// <summary>Gets the service's name, as in the configuration.</summary>
    public string ServiceName { get; }

    /// <summary>Gets the schemes, transports and names, for a service that connects to others.</summary>
    public EndpointContext Endpoints { get; }

    /// <summary>Gets the application's services; empty outside a host.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider => Endpoints.TimeProvider;

    /// <summary>Gets where logs go.</summary>
    public ILoggerFactory LoggerFactory => Endpoints.LoggerFactory;
}
