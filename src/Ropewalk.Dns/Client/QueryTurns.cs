namespace Ropewalk.Dns.Client;

/// <summary>Lets so many in at once, and so many wait, first come first served. (<c>SemaphoreSlim</c> with a token leaves a simulation's thread.)</summary>
internal sealed class QueryTurns(int most, int mostWaiting)
{
    private readonly Lock _turn = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _taken;
    private TaskCompletionSource? _empty;

    /// <summary>Gets how many are in.</summary>
    public int Taken
    {
        get
        {
            lock (_turn)
            {
                return _taken;
            }
        }
    }

    /// <summary>Comes in, or waits for it.</summary>
    /// <returns>False if too many wait.</returns>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_turn)
        {
            // Under the lock: who is told that nobody is in, after everybody has been told to go, can rely on it.
            cancellationToken.ThrowIfCancellationRequested();
            if (_taken < most)
            {
                _taken++;
                return true;
            }

            if (_waiting.Count >= mostWaiting)
            {
                return false;
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        using CancellationTokenRegistration given = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), place.Value);
        try
        {
            await place.Value.Task;
            return true;
        }
        catch (OperationCanceledException)
        {
            lock (_turn)
            {
                if (place.List is not null)
                {
                    _waiting.Remove(place);
                }
            }

            throw;
        }
    }

    /// <summary>Waits until nobody is in.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_turn)
        {
            return _taken == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Goes out; whoever has waited longest comes in.</summary>
    public void Leave()
    {
        lock (_turn)
        {
            while (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                if (first.Value.TrySetResult())
                {
                    return;
                }
            }

            if (--_taken == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }
}
