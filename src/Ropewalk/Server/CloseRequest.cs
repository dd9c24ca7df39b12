using Microsoft.AspNetCore.Connections.Features;

namespace Ropewalk.Server;

/// <summary>Carries the server's request to say goodbye to a connection whose transport has no such feature of its own.</summary>
internal sealed class CloseRequest : IConnectionLifetimeNotificationFeature
{
    private static readonly CancellationToken Requested = new(canceled: true);

    private CancellationTokenSource? _source;
    private CancellationToken? _token;
    private bool _isRequested;

    // most handlers of idle connections never look: the source is made when the first one does
    public CancellationToken ConnectionClosedRequested
    {
        get
        {
            lock (this)
            {
                return _token ??= _isRequested ? Requested : (_source = new CancellationTokenSource()).Token;
            }
        }

        set
        {
            lock (this)
            {
                _token = value;
            }
        }
    }

    public void RequestClose()
    {
        CancellationTokenSource? source;
        lock (this)
        {
            _isRequested = true;
            source = _source;
        }

        // handlers' callbacks run here: outside of the lock
        source?.Cancel();
    }
}
