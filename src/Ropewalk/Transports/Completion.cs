using Ropewalk.Client;

namespace Ropewalk.Transports;

/// <summary>
/// Is a task that is completed once, and whose continuations never run on the stack of who completes it: on the thread pool, or where it was made
/// in a context that must not be left, there.
/// </summary>
/// <remarks>
/// A <see cref="TaskCompletionSource"/> that runs its continuations asynchronously does that too, but hands what combines tasks (<c>WhenAny</c>,
/// <c>WaitAsync</c>) to the thread pool whatever the context.
/// </remarks>
internal sealed class Completion
{
    private readonly StayingContext? _context = SynchronizationContext.Current as StayingContext;
    private readonly TaskCompletionSource _source;
    private int _isSet;

    public Completion() => _source = new TaskCompletionSource(_context is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    public Task Task => _source.Task;

    /// <summary>Completes the task.</summary>
    /// <returns>False if that was done before.</returns>
    public bool TrySet()
    {
        if (Interlocked.Exchange(ref _isSet, 1) != 0)
        {
            return false;
        }

        if (_context is null)
        {
            _source.TrySetResult();
        }
        else
        {
            _context.Post(static source => ((TaskCompletionSource)source!).TrySetResult(), _source);
        }

        return true;
    }
}
