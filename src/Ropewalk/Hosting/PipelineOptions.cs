using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>Holds what a service that was added in code calls.</summary>
internal sealed record PipelineOptions(
    Action<IConnectionBuilder>? Connections,
    Func<IServiceProvider, DatagramHandler>? Datagrams,
    DatagramPortOptions? DatagramOptions);
