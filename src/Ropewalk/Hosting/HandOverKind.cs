using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Makes services whose connections are accepted by another server: a web host's Kestrel. The options are the listener that it accepts from.</summary>
internal sealed class HandOverKind() : ServiceKind<HandOverListener>("kestrel", new SettingTable<HandOverListener>())
{
    public static HandOverKind Shared { get; } = new();

    protected override ValueTask<ServiceInstance> StartAsync(HandOverListener options, ServiceContext context, CancellationToken cancellationToken)
        => new(new Instance(options));

    private sealed class Instance(HandOverListener listener) : ServiceInstance
    {
        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => listener.ServeAsync;

        public override void OnListening(EndpointSpec endpoint, EndPoint boundTo) => listener.EndPoint = boundTo;
    }
}
