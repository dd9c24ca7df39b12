using System.Runtime.CompilerServices;

namespace Ropewalk.Blocking;

/// <summary>
/// Runs work that blocks (the system's resolver, files, standard input) on a bounded number of threads of its own, so that it can block
/// neither an event loop nor the thread pool that everything else runs on. This is the one place that does so.
/// </summary>
/// <remarks>
/// Threads are started when work waits and none is free, and end when they have been idle for a while. Continuations never run on them.
/// </remarks>
public sealed class BlockingPool
{
    private static int _pendingOfAll;

    private readonly Queue<Action> _waiting = new();
    private readonly string _name;
    private readonly BlockingPoolOptions _options;
    private int _threads;
    private int _idle;

    /// <summary>Creates a pool; it starts no thread yet.</summary>
    /// <param name="name">What its threads are called in a debugger.</param>
    /// <param name="options">Its bounds; null for the defaults.</param>
    public BlockingPool(string name, BlockingPoolOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _options = options ?? new BlockingPoolOptions();
        _options.Validate();
        _name = name;
    }

    /// <summary>Gets the pool that is used where none is given.</summary>
    public static BlockingPool Shared { get; } = new("blocking");

    /// <summary>Gets how many threads there are, busy or idle.</summary>
    public int ThreadCount
    {
        get
        {
            lock (_waiting)
            {
                return _threads;
            }
        }
    }

    /// <summary>Gets how many pieces of work of all pools wait or run: while there are any, a simulation's time must not pass.</summary>
    internal static int PendingOfAll => Volatile.Read(ref _pendingOfAll);

    /// <summary>Gets how many pieces of work wait for a thread.</summary>
    public int QueuedCount
    {
        get
        {
            lock (_waiting)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Runs <paramref name="work"/> on one of the pool's threads.</summary>
    /// <param name="work">What blocks.</param>
    /// <param name="cancellationToken">
    /// Gives up: work that waits is not run; work that runs already goes on to its end, unheard, as nothing can interrupt a blocked call.
    /// </param>
    /// <exception cref="InvalidOperationException">As many pieces of work as may wait are waiting (<see cref="BlockingPoolOptions.MaxQueued"/>).</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        Interlocked.Increment(ref _pendingOfAll);
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => result.TrySetCanceled(cancellationToken), null);
        try
        {
            Enqueue(() => Run(work, result, registration));
        }
        catch (InvalidOperationException)
        {
            Interlocked.Decrement(ref _pendingOfAll);
            registration.Dispose();
            throw;
        }

        return result.Task;
    }

    /// <summary>Runs <paramref name="work"/> on one of the pool's threads.</summary>
    /// <inheritdoc cref="RunAsync{T}(Func{T}, CancellationToken)"/>
    public Task RunAsync(Action work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunAsync(
            () =>
            {
                work();
                return true;
            },
            cancellationToken);
    }

    private static void Run<T>(Func<T> work, TaskCompletionSource<T> result, CancellationTokenRegistration registration)
    {
        try
        {
            if (!result.Task.IsCompleted)
            {
                result.TrySetResult(work());
            }
        }
        catch (Exception exception)
        {
            result.TrySetException(exception);
        }
        finally
        {
            registration.Unregister();
            Interlocked.Decrement(ref _pendingOfAll);
        }
    }

    private void Enqueue(Action run)
    {
        lock (_waiting)
        {
            if (_waiting.Count >= _options.MaxQueued)
            {
                throw new InvalidOperationException($"The pool '{_name}' already has {_options.MaxQueued} pieces of blocking work waiting.");
            }

            _waiting.Enqueue(run);

            // an idle thread that has been woken for other work counts as idle until it runs: each waiting piece needs one of its own
            if (_waiting.Count <= _idle || _threads == _options.MaxThreads)
            {
                Monitor.Pulse(_waiting);
                return;
            }

            _threads++;
        }

        new Thread(Serve) { IsBackground = true, Name = $"ropewalk {_name}" }.UnsafeStart();
    }

    private void Serve()
    {
        while (TryServe())
        {
        }
    }

    // A frame for each piece: what it has held, megabytes of a file perhaps, is free while the thread waits for the next. In the loop's own frame the compiler's copies of it live on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryServe()
    {
        if (!TryTake(out Action? run))
        {
            return false;
        }

        run!();
        return true;
    }

    private bool TryTake(out Action? run)
    {
        lock (_waiting)
        {
            while (!_waiting.TryDequeue(out run))
            {
                _idle++;
                bool woken = Monitor.Wait(_waiting, _options.IdleTimeout);
                _idle--;
                if (!woken && _waiting.Count == 0)
                {
                    _threads--;
                    return false;
                }
            }

            return true;
        }
    }
}
