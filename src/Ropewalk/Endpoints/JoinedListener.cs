using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Endpoints;

/// <summary>Listens on several addresses as one: a name that has two, activated sockets of one name.</summary>
/// <remarks><b>Call</b>: one accept at a time. An accept that fails fails the joined one; the others' connections wait for the next call.</remarks>
internal sealed class JoinedListener : IConnectionListener
{
    private readonly IConnectionListener[] _listeners;
    private readonly Task<ConnectionContext?>?[] _accepts;
    private int _first;

    public JoinedListener(IReadOnlyCollection<IConnectionListener> listeners)
    {
        _listeners = [.. listeners];
        _accepts = new Task<ConnectionContext?>?[_listeners.Length];
    }

    public EndPoint EndPoint => _listeners[0].EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            for (int i = 0; i < _listeners.Length; i++)
            {
                _accepts[i] ??= _listeners[i].AcceptAsync(cancellationToken).AsTask();
            }

            // a listener that has ended keeps its completed accept; when all have, so has this one
            Task[] open = [.. _accepts.Where(accept => !HasEnded(accept!))!];
            if (open.Length == 0)
            {
                return null;
            }

            await Task.WhenAny(open);
            if (await TryTakeAsync() is { } connection)
            {
                return connection;
            }
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        foreach (IConnectionListener listener in _listeners)
        {
            await listener.UnbindAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IConnectionListener listener in _listeners)
        {
            await listener.DisposeAsync();
        }
    }

    private static bool HasEnded(Task<ConnectionContext?> accept) => accept is { IsCompletedSuccessfully: true, Result: null };

    // begins behind the one that was served last, so that a busy address does not starve the others
    private async ValueTask<ConnectionContext?> TryTakeAsync()
    {
        for (int i = 0; i < _accepts.Length; i++)
        {
            int at = (_first + i) % _accepts.Length;
            if (_accepts[at] is not { IsCompleted: true } accept || HasEnded(accept))
            {
                continue;
            }

            _accepts[at] = null;
            _first = at + 1;
            return await accept;
        }

        return null;
    }
}
