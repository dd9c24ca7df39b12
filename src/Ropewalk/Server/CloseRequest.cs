using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>Carries the server's request to say goodbye to a connection whose transport has no such feature of its own.</summary>
internal sealed class CloseRequest : IConnectionLifetimeNotificationFeature
{
    private CloseRequests _requests;
    private CancellationToken? _replaced;

    public CancellationToken ConnectionClosedRequested
    {
        get => _replaced ?? _requests.TokenOf(this);
        set => _replaced = value;
    }

    public void RequestClose() => _requests.Request(this);
}
