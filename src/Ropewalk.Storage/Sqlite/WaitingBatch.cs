namespace Ropewalk.Storage.Sqlite;

/// <summary>A batch on its way to the file.</summary>
internal sealed class WaitingBatch(IReadOnlyList<RecordChange> changes)
{
    private readonly TaskCompletionSource<RecordOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private int _isDecided;

    /// <summary>Gets the changes.</summary>
    public IReadOnlyList<RecordChange> Changes => changes;

    /// <summary>Gets how many bytes it holds.</summary>
    public long Bytes { get; } = changes.Sum(change => (long)(change.Content?.Length ?? 0));

    /// <summary>Gets what its caller waits for.</summary>
    public Task<RecordOutcome> Completion => _completion.Task;

    /// <summary>Lets its caller give up until it begins.</summary>
    public void CancelWith(CancellationToken cancellationToken) =>
        _registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (Interlocked.Exchange(ref _isDecided, 1) == 0)
                {
                    _completion.TrySetCanceled(cancellationToken);
                }
            },
            null);

    /// <summary>Begins it; false if its caller has given up.</summary>
    public bool TryBegin()
    {
        _registration.Unregister();
        return Interlocked.Exchange(ref _isDecided, 1) == 0;
    }

    /// <summary>Tells its caller how it ended.</summary>
    public void Complete(RecordOutcome outcome) => _completion.TrySetResult(outcome);

    /// <summary>Tells its caller that it failed.</summary>
    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
