using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Server;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Storage;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Cli.Strands;

/// <summary>Is one running DNS server of the command.</summary>
internal sealed class DnsInstance : ServiceInstance
{
    private readonly DnsServer _server;
    private readonly ConnectionDelegate _streams;
    private IReadOnlyList<(DnsZoneFile File, string Name)> _files;
    private ZoneLoad? _read;

    public DnsInstance(DnsServer server, DnsServerOptions options, IServiceProvider services)
    {
        _server = server;
        _files = server.Files;
        StatusPart = new DnsStatusPart(server, options.Statistics.TopNames, options.Statistics.TopClients);
        var pipeline = new ConnectionBuilder(services);
        pipeline.UseDnsStream(server.Streams);
        _streams = pipeline.Build();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => PathsOf(_files);

    /// <inheritdoc/>
    public override IStatusPart StatusPart { get; }

    /// <inheritdoc/>
    public override ConnectionDelegate GetConnections(EndpointSpec endpoint) => _streams;

    /// <inheritdoc/>
    public override DatagramHandler GetDatagrams(EndpointSpec endpoint) => _server.OnDatagrams;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ReadFilesAsync(CancellationToken cancellationToken)
    {
        _read = await _server.ReadZonesAsync(cancellationToken);
        // Also if it is not taken: what was missing or wrong may be mended.
        _files = _read.Files;
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

    private static IReadOnlyList<string> PathsOf(IReadOnlyList<(DnsZoneFile File, string Name)> files) =>
        [.. files.Where(file => file.File.Store is DiskFileStore).Select(file => Path.Combine(((DiskFileStore)file.File.Store).Folder, file.Name)).Distinct(StringComparer.Ordinal)];
}
