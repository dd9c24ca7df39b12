using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Hosting;

/// <summary>Holds transports that were chosen in code.</summary>
internal sealed record StreamTransports(IConnectionListenerFactory Listeners, IConnectionFactory? Connections);
