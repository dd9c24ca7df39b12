using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Is a store in memory whose changes, or reads, wait until they are let through.</summary>
internal sealed class SlowRecordStore : IRecordStore
{
    private readonly MemoryRecordStore _store = new();
    private volatile TaskCompletionSource? _gate;
    private volatile int _waiting;
    private string _held = "";

    /// <summary>Gets how many changes have had to wait.</summary>
    public int Waited => _waiting;

    /// <summary>Gets or sets whether reads wait too.</summary>
    public bool HoldsReads { get; set; }

    /// <summary>Makes changes wait from here on, all or those of one key.</summary>
    public void Hold(string key = "")
    {
        _held = key;
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Lets changes through.</summary>
    public void Release()
    {
        TaskCompletionSource? gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    public async ValueTask<StoredRecord?> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        if (HoldsReads && _gate is { } gate)
        {
            Interlocked.Increment(ref _waiting);
            await gate.Task;
        }

        return await _store.GetAsync(key, cancellationToken);
    }

    public ValueTask<IReadOnlyList<StoredRecord>> ListAsync(string collection, string prefix = "", string? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        _store.ListAsync(collection, prefix, after, limit, cancellationToken);

    public async ValueTask<RecordOutcome> ApplyAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellationToken = default)
    {
        if (_gate is { } gate && (_held.Length == 0 || changes.Any(change => change.Key.Key == _held)))
        {
            Interlocked.Increment(ref _waiting);
            await gate.Task;
        }

        return await _store.ApplyAsync(changes, cancellationToken);
    }
}
