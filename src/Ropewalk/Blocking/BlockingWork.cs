namespace Ropewalk.Blocking;

/// <summary>
/// Pushes work that blocks a thread (the disk, standard input) off the loops and onto <see cref="BlockingPool.Shared"/>, whose threads are
/// bounded. A simulation replaces those who call this, never this.
/// </summary>
public static class BlockingWork
{
    /// <summary>Runs <paramref name="work"/> on a thread that may block.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Keeps work that has not begun from beginning. Work that has begun ends by itself, unheard.</param>
    public static Task RunAsync(Action work, CancellationToken cancellationToken = default) =>
        BlockingPool.Shared.RunAsync(work, cancellationToken);

    /// <summary>Runs <paramref name="work"/> on a thread that may block, and gives its result.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Keeps work that has not begun from beginning. Work that has begun ends by itself, unheard.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) =>
        BlockingPool.Shared.RunAsync(work, cancellationToken);
}
