namespace Ropewalk.Blocking;

/// <summary>
/// Pushes work that blocks a thread (the system's resolver, the disk) off the loops and onto the thread pool: the one place that does so.
/// A simulation replaces those who call this, never this.
/// </summary>
public static class BlockingWork
{
    /// <summary>Runs <paramref name="work"/> on a thread that may block.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Keeps work that has not begun from beginning. Work that has begun ends by itself.</param>
    public static Task RunAsync(Action work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
#pragma warning disable RS0030 // this is the place that the rule sends everybody to
        return Task.Run(work, cancellationToken);
#pragma warning restore RS0030
    }

    /// <summary>Runs <paramref name="work"/> on a thread that may block, and gives its result.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Keeps work that has not begun from beginning. Work that has begun ends by itself.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
#pragma warning disable RS0030 // this is the place that the rule sends everybody to
        return Task.Run(work, cancellationToken);
#pragma warning restore RS0030
    }
}
