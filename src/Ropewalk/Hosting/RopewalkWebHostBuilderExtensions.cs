using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Lets a web host's Kestrel listen on endpoint strings.</summary>
public static class RopewalkWebHostBuilderExtensions
{
    /// <summary>
    /// Adds an endpoint to a web host: <c>tls:8443:cert=site.pem</c>, <c>unix:/run/site</c>, <c>mem:site</c>. Every call adds one. TLS and
    /// PROXY headers are the endpoint's; for HTTP/2 over TLS it must agree on it: <c>alpn=h2,http/1.1</c>.
    /// </summary>
    /// <param name="builder">The web host.</param>
    /// <param name="endpoint">An endpoint string; a bare <c>HOST:PORT</c> means <c>tcp:</c>. It is parsed when the host starts.</param>
    public static IWebHostBuilder UseRopewalkEndpoint(this IWebHostBuilder builder, string endpoint)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        builder.ConfigureServices(services =>
        {
            services.AddRopewalk();
            services.TryAddSingleton<KestrelApplicationOptions>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, EndpointListenerFactory>(
                provider => new EndpointListenerFactory(
                    provider.GetRequiredService<ServiceRunner>(),
                    provider.GetRequiredService<ServiceReloader>(),
                    provider.GetRequiredService<KestrelApplicationOptions>(),
                    provider.GetRequiredService<TimeProvider>())));
        });
        return builder.ConfigureKestrel(options =>
        {
            EndpointSchemes schemes = options.ApplicationServices.GetRequiredService<EndpointContext>().Schemes;
            options.Listen(new EndpointSpecEndPoint(EndpointSpec.Parse(endpoint, schemes).WithScheme("tcp", schemes)));
        });
    }
}
