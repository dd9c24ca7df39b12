using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>
/// Listens on endpoint strings for a server that accepts by itself (a web host's Kestrel). Each endpoint is a service of the runner as any
/// other: handshakes run beside the accept loop, it is on the status page, its certificate is renewed by a reload.
/// </summary>
internal sealed class EndpointListenerFactory(ServiceRunner runner, ServiceReloader reloader, KestrelApplicationOptions options, TimeProvider timeProvider)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is EndpointSpecEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not EndpointSpecEndPoint { Spec: var spec })
        {
            throw new NotSupportedException($"Only endpoint strings can be listened on, not {endpoint?.GetType().Name ?? "null"}.");
        }

        var handOver = new HandOverListener(endpoint, options.InputEndGrace, timeProvider);
        var registration = new ServiceRegistration(null, HandOverKind.Shared, handOver, [spec.ToUnredactedString()]);
        ReloadResult result = await reloader.AddAsync(registration, cancellationToken);
        return result.Succeeded
            ? new Listener(runner, reloader, registration, handOver)
            : throw new EndpointException(string.Join(Environment.NewLine, result.Errors), ErrorSide.Local);
    }

    private sealed class Listener(ServiceRunner runner, ServiceReloader reloader, ServiceRegistration registration, HandOverListener handOver) : IConnectionListener
    {
        public EndPoint EndPoint => handOver.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => handOver.AcceptAsync(cancellationToken);

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await runner.UnbindAsync(handOver);
            await handOver.UnbindAsync(cancellationToken);
        }

        // The server has ended its own connections by now; what is left is still in a handshake.
        public async ValueTask DisposeAsync()
        {
            await handOver.DisposeAsync();
            await reloader.RemoveAsync(registration);
        }
    }
}
