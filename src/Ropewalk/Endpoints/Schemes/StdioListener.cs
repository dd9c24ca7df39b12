using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>Gives the one connection that standard input and output are, and ends when that has ended.</summary>
internal sealed class StdioListener : IConnectionListener
{
    private readonly StdioLink _link;
    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isGiven;

    public StdioListener(StdioLink link) => _link = link;

    public EndPoint EndPoint { get; } = new MemoryEndPoint("stdio");

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (!_isGiven && !_unbound.Task.IsCompleted)
        {
            _isGiven = true;
            _link.Start();
            return _link.Connection;
        }

        await Task.WhenAny(_unbound.Task, _link.Ended).WaitAsync(cancellationToken);
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
