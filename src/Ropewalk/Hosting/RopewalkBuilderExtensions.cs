using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>Adds services to a host. Endpoint strings are read when the host starts, which tells all errors at once.</summary>
public static class RopewalkBuilderExtensions
{
    /// <summary>Listens on an endpoint. The service is named after it.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="endpoint">An endpoint string: <c>tcp:7</c>, <c>tls:993:cert=mail.pem</c>, <c>unix:/run/echo</c>.</param>
    /// <param name="configure">Builds the pipeline that each connection goes through, last of all its handler.</param>
    public static RopewalkBuilder Listen(this RopewalkBuilder builder, string endpoint, Action<IConnectionBuilder> configure)
        => Add(builder, null, endpoint, new PipelineOptions(configure ?? throw new ArgumentNullException(nameof(configure)), null, null));

    /// <summary>Listens on an endpoint for a service with a name.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="name">The name in logs, metrics and on the status page. A second service of one name gets a number behind it.</param>
    /// <param name="endpoint">An endpoint string.</param>
    /// <param name="configure">Builds the pipeline that each connection goes through, last of all its handler.</param>
    public static RopewalkBuilder Listen(this RopewalkBuilder builder, string name, string endpoint, Action<IConnectionBuilder> configure)
        => Add(builder, CheckName(name), endpoint, new PipelineOptions(configure ?? throw new ArgumentNullException(nameof(configure)), null, null));

    /// <summary>Listens on an endpoint with a handler that the application's services make.</summary>
    /// <typeparam name="THandler">The handler: one object for all connections.</typeparam>
    public static RopewalkBuilder Listen<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this RopewalkBuilder builder, string endpoint)
        where THandler : ConnectionHandler
        => Listen(builder, endpoint, pipeline => pipeline.UseConnectionHandler<THandler>());

    /// <summary>Receives datagrams at an endpoint. The service is named after it.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="endpoint">An endpoint string: <c>udp:53</c>, <c>udp:[::1]:5353:workers=2</c>.</param>
    /// <param name="handler">What is called with each batch, on the port's own thread.</param>
    /// <param name="options">Threads and sizes; what the endpoint string says comes on top.</param>
    public static RopewalkBuilder ListenDatagrams(this RopewalkBuilder builder, string endpoint, DatagramHandler handler, DatagramPortOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(builder, null, endpoint, new PipelineOptions(null, _ => handler, options));
    }

    /// <summary>Receives datagrams at an endpoint for a service with a name, with a handler that is made from the application's services.</summary>
    /// <inheritdoc cref="ListenDatagrams(RopewalkBuilder, string, DatagramHandler, DatagramPortOptions?)"/>
    public static RopewalkBuilder ListenDatagrams(
        this RopewalkBuilder builder, string name, string endpoint, Func<IServiceProvider, DatagramHandler> handler, DatagramPortOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(builder, CheckName(name), endpoint, new PipelineOptions(null, handler, options));
    }

    /// <summary>Adds a service of a kind, with its options.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="name">The name in logs, metrics and on the status page. A second service of one name gets a number behind it.</param>
    /// <param name="kind">What makes it.</param>
    /// <param name="options">Its options, of the kind's type.</param>
    /// <param name="endpoints">Where it listens.</param>
    public static RopewalkBuilder AddService(this RopewalkBuilder builder, string name, IServiceKind kind, object options, params string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(endpoints);
        builder.Services.AddSingleton(new ServiceRegistration(CheckName(name), kind, options, endpoints));
        return builder;
    }

    /// <summary>Adds the services that a configuration names, read at the start and again at every reload.</summary>
    /// <typeparam name="TSource">What reads it.</typeparam>
    public static RopewalkBuilder AddServices<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(this RopewalkBuilder builder)
        where TSource : class, IServiceSource
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IServiceSource, TSource>();
        return builder;
    }

    /// <summary>Uses other transports for streams: the simulated network of a test, or Kestrel's.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="listeners">What listens.</param>
    /// <param name="connections">What connects; null for the default.</param>
    public static RopewalkBuilder UseStreams(this RopewalkBuilder builder, IConnectionListenerFactory listeners, IConnectionFactory? connections = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(listeners);
        builder.Services.Replace(ServiceDescriptor.Singleton(new StreamTransports(listeners, connections)));
        return builder;
    }

    /// <summary>Adds a health check named <c>ropewalk</c>.</summary>
    public static RopewalkBuilder AddHealthCheck(this RopewalkBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks().AddCheck<RopewalkHealthCheck>("ropewalk");
        return builder;
    }

    private static string CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name;
    }

    private static RopewalkBuilder Add(RopewalkBuilder builder, string? name, string endpoint, PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        builder.Services.AddSingleton(new ServiceRegistration(name, PipelineKind.Shared, options, [endpoint]));
        return builder;
    }
}
