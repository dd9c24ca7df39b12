using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Storage;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Is one running DNS server of a host.</summary>
internal sealed class DnsServiceInstance : ServiceInstance
{
    private readonly DnsServer _server;
    private readonly ConnectionDelegate _streams;
    private ZoneLoad? _read;

    public DnsServiceInstance(DnsServer server, IServiceProvider services)
    {
        _server = server;
        var pipeline = new ConnectionBuilder(services);
        pipeline.UseDnsStream(server);
        _streams = pipeline.Build();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files =>
        [.. _server.Files.Where(file => file.File.Store is DiskFileStore).Select(file => Path.Combine(((DiskFileStore)file.File.Store).Folder, file.Name)).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override ConnectionDelegate GetConnections(EndpointSpec endpoint) => _streams;

    /// <inheritdoc/>
    public override DatagramHandler GetDatagrams(EndpointSpec endpoint) => _server.OnDatagrams;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ReadFilesAsync(CancellationToken cancellationToken)
    {
        _read = await _server.ReadZonesAsync(cancellationToken);
        return _read.Errors;
    }

    /// <inheritdoc/>
    public override void TakeFiles() => _server.Take(_read!);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
