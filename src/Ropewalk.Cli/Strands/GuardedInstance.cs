using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Cli.Strands;

/// <summary>Is a strand's instance with the process's policies before it.</summary>
internal sealed class GuardedInstance(ServiceInstance inner, ProcessPolicies policies) : ServiceInstance
{
    /// <inheritdoc/>
    public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => inner.GetConnections(endpoint) is { } app ? policies.Guard(app) : null;

    /// <inheritdoc/>
    public override DatagramHandler? GetDatagrams(EndpointSpec endpoint) => inner.GetDatagrams(endpoint) is { } handler ? policies.Guard(handler) : null;

    /// <inheritdoc/>
    public override DatagramPortOptions? GetDatagramOptions(EndpointSpec endpoint) => inner.GetDatagramOptions(endpoint);

    /// <inheritdoc/>
    public override void OnListening(EndpointSpec endpoint, EndPoint boundTo) => inner.OnListening(endpoint, boundTo);

    /// <inheritdoc/>
    public override void OnStarted() => inner.OnStarted();

    /// <inheritdoc/>
    public override void OnStopping() => inner.OnStopping();

    /// <inheritdoc/>
    public override Task DrainDatagramsAsync(CancellationToken now) => inner.DrainDatagramsAsync(now);

    /// <inheritdoc/>
    public override void ApplyLive(object options) => inner.ApplyLive(options);

    /// <inheritdoc/>
    public override IStatusPart? StatusPart => inner.StatusPart;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => inner.Files;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<string>> ReadFilesAsync(object options, CancellationToken cancellationToken) => inner.ReadFilesAsync(options, cancellationToken);

    /// <inheritdoc/>
    public override void TakeFiles() => inner.TakeFiles();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
