using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Guides.Tests.Pages;

internal sealed class Greeter(GreeterOptions options) : ServiceInstance
{
    private volatile GreeterOptions _live = options;

    public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => ServeAsync;

    public override void ApplyLive(object options) => _live = (GreeterOptions)options;

    private async Task ServeAsync(ConnectionContext connection)
    {
        using var idle = new CancellationTokenSource(_live.IdleTimeout);
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(_live.Greeting + "\n"), idle.Token);
    }
}
