using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Storage;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Is one running DNS server of a host.</summary>
/// <remarks><b>Lifetime</b>: the server is this one's, and disposed with it.</remarks>
public class DnsServiceInstance : ServiceInstance
{
    private readonly DnsServer _server;
    private readonly ConnectionDelegate _streams;
    private IReadOnlyList<(DnsZoneFile File, string Name)> _files;
    private ZoneLoad? _read;
    private DnsServerChange? _change;

    /// <summary>Creates it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="services">The host's services, for the pipeline of streams.</param>
    public DnsServiceInstance(DnsServer server, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(server);
        _server = server;
        _files = server.Files;
        var pipeline = new ConnectionBuilder(services);
        pipeline.UseDnsStream(server);
        _streams = pipeline.Build();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files =>
        [.. _files.Where(file => file.File.Store is DiskFileStore).Select(file => Path.Combine(((DiskFileStore)file.File.Store).Folder, file.Name)).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override ConnectionDelegate GetConnections(EndpointSpec endpoint) => _streams;

    /// <inheritdoc/>
    public override DatagramHandler GetDatagrams(EndpointSpec endpoint) => _server.OnDatagrams;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ReadFilesAsync(CancellationToken cancellationToken)
    {
        (_read, _change) = (await _server.ReadZonesAsync(cancellationToken), null);
        // Also if it is not taken: what was missing or wrong may be mended.
        _files = _read.Files;
        return _read.Errors;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ReadFilesAsync(object options, CancellationToken cancellationToken)
    {
        _change = await _server.PrepareAsync(OptionsOf(options), cancellationToken);
        _files = _change.Zones.Files;
        return _change.Errors;
    }

    /// <inheritdoc/>
    public override void TakeFiles()
    {
        if (_change is { } change)
        {
            _server.Take(change);
        }
        else
        {
            _server.Take(_read!);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Makes a server's options of the service's.</summary>
    protected virtual DnsServerOptions OptionsOf(object options) => (DnsServerOptions)options;
}
