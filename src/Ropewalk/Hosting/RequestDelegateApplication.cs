using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Ropewalk.Hosting;

/// <summary>Puts a request delegate under a server. One context serves all requests of a connection, one after the other.</summary>
internal sealed class RequestDelegateApplication(RequestDelegate app, IServiceProvider? services) : IHttpApplication<DefaultHttpContext>
{
    private readonly IServiceScopeFactory? _scopes = services?.GetService<IServiceScopeFactory>();

    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        DefaultHttpContext context = contextFeatures is IHostContextContainer<DefaultHttpContext> container
            ? container.HostContext ??= new DefaultHttpContext()
            : new DefaultHttpContext();
        context.Initialize(contextFeatures);
        if (_scopes is not null)
        {
            context.ServiceScopeFactory = _scopes;
        }

        return context;
    }

    public Task ProcessRequestAsync(DefaultHttpContext context) => app(context);

    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
}
