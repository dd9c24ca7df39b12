using Ropewalk.Client;

namespace Ropewalk.Testing.Served;

/// <summary>Is a list of what has arrived, which can be awaited.</summary>
internal sealed class Arrivals<T>(string what, TimeSpan patience)
{
    private readonly Lock _gate = new();
    private readonly List<T> _all = [];
    private TaskCompletionSource? _next;
    private bool _isEnded;

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    public void Add(T item) => Change(() => _all.Add(item));

    /// <summary>Nothing more will come.</summary>
    public void End() => Change(() => _isEnded = true);

    public async Task<IReadOnlyList<T>> AtLeastAsync(int count, CancellationToken cancellationToken)
    {
        await CallerContext.Detach();
        return await WaitAsync($"{count} {what}", all => all.Count >= count ? [.. all] : null, cancellationToken);
    }

    public async Task<T> FirstAsync(Func<T, bool> match, CancellationToken cancellationToken)
    {
        await CallerContext.Detach();
        T[] found = await WaitAsync($"one of the {what} that matches", all => all.FindIndex(item => match(item)) is var at and >= 0 ? [all[at]] : null, cancellationToken);
        return found[0];
    }

    private async Task<T[]> WaitAsync(string expected, Func<List<T>, T[]?> find, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (find(_all) is { } found)
                {
                    return found;
                }

                if (_isEnded)
                {
                    throw new InvalidOperationException($"The server was disposed of while {expected} was waited for. {DescribeLocked()}");
                }

                next = (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            try
            {
                await next.WaitAsync(patience, TimeProvider.System, cancellationToken);
            }
            catch (TimeoutException)
            {
                lock (_gate)
                {
                    throw new TimeoutException($"Waited {patience:c} for {expected}. {DescribeLocked()}");
                }
            }
        }
    }

    private string DescribeLocked() =>
        _all.Count == 0 ? "None came." : $"{_all.Count} came:{string.Concat(_all.Select(item => $"{Environment.NewLine}  {item}"))}";

    private void Change(Action change)
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            change();
            next = _next;
            _next = null;
        }

        next?.SetResult();
    }
}
