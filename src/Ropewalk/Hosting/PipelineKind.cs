using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>Makes services from a pipeline of middleware, or a datagram handler, that was given in code.</summary>
internal sealed class PipelineKind() : ServiceKind<PipelineOptions>("pipeline", new SettingTable<PipelineOptions>())
{
    public static PipelineKind Shared { get; } = new();

    protected override ValueTask<ServiceInstance> StartAsync(PipelineOptions options, ServiceContext context, CancellationToken cancellationToken)
    {
        ConnectionDelegate? connections = null;
        if (options.Connections is { } configure)
        {
            var builder = new ConnectionBuilder(context.Services);
            configure(builder);
            connections = builder.Build();
        }

        return new(new Instance(connections, options.Datagrams?.Invoke(context.Services), options.DatagramOptions));
    }

    private sealed class Instance(ConnectionDelegate? connections, DatagramHandler? datagrams, DatagramPortOptions? datagramOptions) : ServiceInstance
    {
        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => connections;

        public override DatagramHandler? GetDatagrams(EndpointSpec endpoint) => datagrams;

        public override DatagramPortOptions? GetDatagramOptions(EndpointSpec endpoint) => datagramOptions;
    }
}
