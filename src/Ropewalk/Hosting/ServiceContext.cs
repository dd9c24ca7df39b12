using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Gives a service what it is made with.</summary>
public sealed class ServiceContext
{
    private readonly FileStamps _stamps;

    internal ServiceContext(string serviceName, EndpointContext endpoints, IServiceProvider services, FileStamps stamps)
    {
        _stamps = stamps;
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

    /// <summary>Notes the state of a file that the service is about to read, so that a change of it while it is read is a reason to reload. <b>Call</b>: before each file of <see cref="ServiceInstance.Files"/> is opened, at the start and when it is read again.</summary>
    /// <param name="path">The full path, as <see cref="ServiceInstance.Files"/> has it.</param>
    public ValueTask NoteFileAsync(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ValueTask(_stamps.NoteAsync([path]));
    }
}
