namespace Ropewalk.Sessions;

/// <summary>Is a function that waits for a session's turn, and its result.</summary>
internal sealed class SessionInvocation<TSession, TResult>(Func<SessionTurn<TSession>, TResult> function) : IAbandonedPost
    where TSession : class
{
    public static readonly Action<object, SessionTurn<TSession>, object?> Run = static (self, turn, _) => ((SessionInvocation<TSession, TResult>)self).Invoke(turn);

    // What waits for the result must not run on the session's turn.
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _result.Task;

    /// <summary>Ends the wait; a function that has begun is not undone.</summary>
    public void GiveUp(CancellationToken cancellationToken) => _result.TrySetCanceled(cancellationToken);

    public void Abandon(Exception reason) => _result.TrySetException(reason);

    private void Invoke(SessionTurn<TSession> turn)
    {
        try
        {
            _result.TrySetResult(function(turn));
        }
        catch (Exception exception)
        {
            _result.TrySetException(exception);
        }
    }
}
