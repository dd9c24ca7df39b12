using Ropewalk.Hosting;

namespace Ropewalk.Dns.Server;

/// <summary>Makes the DNS servers of a host.</summary>
internal sealed class DnsServiceKind() : ServiceKind<DnsServerOptions>("dns", new SettingTable<DnsServerOptions>())
{
    public static DnsServiceKind Shared { get; } = new();

    /// <inheritdoc/>
    protected override async ValueTask<ServiceInstance> StartAsync(DnsServerOptions options, ServiceContext context, CancellationToken cancellationToken)
    {
        DnsServerOptions own = options.Copy();
        own.TimeProvider = context.TimeProvider;
        own.LoggerFactory = context.LoggerFactory;
        own.BeforeReading = context.NoteFileAsync;
        own.Datagrams = context.Endpoints.DatagramPorts;
        return new DnsServiceInstance(await DnsServer.StartAsync(own, cancellationToken), context.Services);
    }
}
