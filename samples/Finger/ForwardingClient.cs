using Finger.Client;
using Finger.Server;
using Finger.Wire;
using Ropewalk.Endpoints;

namespace Finger;

/// <summary>Forwards queries by the sample's own client: where the two halves meet, outside both.</summary>
internal sealed class ForwardingClient(FingerClient client, int port) : IFingerForwarder
{
    public async ValueTask<string> AskAsync(string host, FingerQuery query, CancellationToken cancellationToken) =>
        await client.QueryAsync(EndpointSpec.Tcp(host, port), query, cancellationToken);
}
