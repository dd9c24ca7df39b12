using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Hosting;

/// <summary>
/// Stands in for the transport when an endpoint's front is made anew: whatever is bound is said to be bound already, to the socket that
/// stays. So every scheme that puts a front before a TCP socket can change it without one line of its own.
/// </summary>
internal sealed class BoundListeners(EndPoint boundTo) : IConnectionListenerFactory, IConnectionListener
{
    public EndPoint EndPoint => boundTo;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        => throw new NotSupportedException("Only the front of this listener is wanted.");

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

    public ValueTask DisposeAsync() => default;
}
