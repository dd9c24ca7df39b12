using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Simulated.Tests;

/// <summary>An ordinary handler, as it runs in Kestrel.</summary>
public sealed class EchoHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
        => await connection.Transport.Input.CopyToAsync(connection.Transport.Output).ConfigureAwait(false);
}
