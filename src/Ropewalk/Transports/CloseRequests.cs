namespace Ropewalk.Transports;

/// <summary>Keeps whether a connection was asked to end, and tells it: to an observer, and to the callbacks of a token that is made when somebody asks for it.</summary>
internal struct CloseRequests
{
    private CancellationTokenSource? _source;
    private ICloseRequestObserver? _observer;
    private bool _isRequested;

    /// <summary>Gets the token.</summary>
    /// <param name="gate">What all methods lock.</param>
    public CancellationToken TokenOf(object gate)
    {
        lock (gate)
        {
            return _isRequested && _source is null ? new CancellationToken(canceled: true) : (_source ??= new CancellationTokenSource()).Token;
        }
    }

    /// <summary>Sets who is told, at once if it was asked already; null for nobody.</summary>
    public void Observe(object gate, ICloseRequestObserver? observer)
    {
        bool isRequested;
        lock (gate)
        {
            _observer = observer;
            isRequested = _isRequested;
        }

        if (isRequested)
        {
            observer?.OnCloseRequested();
        }
    }

    /// <summary>Asks, once. Observer and callbacks run on the caller's stack, outside of the lock.</summary>
    public void Request(object gate)
    {
        CancellationTokenSource? source;
        ICloseRequestObserver? observer;
        lock (gate)
        {
            if (_isRequested)
            {
                return;
            }

            _isRequested = true;
            source = _source;
            observer = _observer;
        }

        observer?.OnCloseRequested();
        source?.Cancel();
    }
}
