namespace Ropewalk.Transports.Datagrams;

/// <summary>Holds what a port's workers call, and tells when the last of them has left what they called before.</summary>
internal sealed class DatagramHandlerSwitch(DatagramHandler handler)
{
    private volatile DatagramHandler _handler = handler;

    /// <summary>What the next batch is given to.</summary>
    public DatagramHandler Handler => _handler;

    /// <summary>Swaps the handler; the task completes when every worker has been seen outside the old one.</summary>
    public Task SwapAsync(DatagramHandler handler, IReadOnlyList<DatagramWorker> workers)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;

        // Workers must not pay a fence per batch for what happens once a day: whoever swaps makes every processor pass one. After it, a worker
        // that is not seen inside a batch will read the new handler when it next begins one.
        Interlocked.MemoryBarrierProcessWide();
        List<Task>? inside = null;
        foreach (DatagramWorker worker in workers)
        {
            Task left = worker.WhenOutsideHandler();
            if (!left.IsCompleted)
            {
                (inside ??= []).Add(left);
            }
        }

        return inside is null ? Task.CompletedTask : Task.WhenAll(inside);
    }
}
