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
    public override async ValueTask<IReadOnlyList<string>> ReadFilesAsync(object options, CancellationToken cancellationToken)
    {
        // Those that were read last time and not taken are not kept beside these.
        _change = null;
        DnsServerChange change = await _server.PrepareAsync(OptionsOf(options), cancellationToken);
        // Also if it is not taken: what was missing or wrong may be mended.
        _files = change.Zones.Files;
        _change = change.Errors.Count == 0 ? change : null;
        return change.Errors;
    }

    /// <inheritdoc/>
    public override void TakeFiles()
    {
        _server.Take(_change!);
        _change = null;
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
