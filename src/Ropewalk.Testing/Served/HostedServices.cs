using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Testing.Served;

/// <summary>Runs the services of an <see cref="InProcessServer"/> as a host does, in a network that it is given.</summary>
internal sealed class HostedServices : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly List<IHostedService> _started = [];

    private HostedServices(ServiceProvider provider) => _provider = provider;

    /// <summary>Starts them; those that were started are stopped again if one fails.</summary>
    public static async Task<HostedServices> StartAsync(Action<RopewalkBuilder> configure, EndpointContext network, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        configure(services.AddRopewalk());
        services.Replace(ServiceDescriptor.Singleton(provider => SimHostServices.CreateContext(network, provider)));
        services.Replace(ServiceDescriptor.Singleton(network.TimeProvider));
        var hosted = new HostedServices(services.BuildServiceProvider());
        try
        {
            foreach (IHostedService service in hosted._provider.GetServices<IHostedService>())
            {
                hosted._started.Add(service);
                await service.StartAsync(cancellationToken);
            }
        }
        catch
        {
            await hosted.DisposeAsync();
            throw;
        }

        return hosted;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        for (int i = _started.Count - 1; i >= 0; i--)
        {
            await _started[i].StopAsync(cancellationToken);
        }

        _started.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        await _provider.DisposeAsync();
    }
}
