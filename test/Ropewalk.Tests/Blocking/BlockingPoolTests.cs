using System.Runtime.CompilerServices;
using Ropewalk.Blocking;

namespace Ropewalk.Tests.Blocking;

public sealed class BlockingPoolTests
{
    private readonly BlockingPool _pool = new("test", new BlockingPoolOptions { MaxThreads = 2, MaxQueued = 3, IdleTimeout = TimeSpan.FromMilliseconds(20) });

    [Fact]
    public async Task ResultsAndExceptionsComeBack()
    {
        Assert.Equal(42, await _pool.RunAsync(() => 42));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _pool.RunAsync(() => throw new InvalidTimeZoneException()));
    }

    [Fact]
    public async Task WorkRunsOnThreadsOfItsOwnAndContinuationsDoNot()
    {
        (bool isPool, string? name, int id) = await _pool.RunAsync(() => (Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Name, Environment.CurrentManagedThreadId));

        Assert.False(isPool);
        Assert.Equal("ropewalk test", name);
        Assert.NotEqual(id, Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task ThreadsAndTheQueueAreBounded()
    {
        using var release = new ManualResetEventSlim();
        int running = 0;
        List<Task> work = [];
        for (int i = 0; i < 2; i++)
        {
            work.Add(Block());
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref running) == 2, "both threads block");
        work.AddRange([Block(), Block(), Block()]);
        Assert.Equal(3, _pool.QueuedCount);
        Assert.Equal(2, _pool.ThreadCount);
        Assert.Throws<InvalidOperationException>(() => { _ = Block(); });
        Assert.Equal(2, running);

        release.Set();
        await Task.WhenAll(work);
        Assert.Equal(5, running);

        Task Block() => _pool.RunAsync(() =>
        {
            Interlocked.Increment(ref running);
            release.Wait();
        });
    }

    [Fact]
    public async Task WhatWorkHasHeldIsFreeWhileItsThreadWaitsForMore()
    {
        var pool = new BlockingPool("test", new BlockingPoolOptions { MaxThreads = 1 });
        // More than once: a thread's loop is compiled anew while it runs, and the compiler keeps copies where it likes.
        for (int i = 0; i < 200; i++)
        {
            await RunAndForgetAsync(pool);
        }

        WeakReference held = await RunAndForgetAsync(pool);

        await Eventually.HoldsAsync(
            () =>
            {
                GC.Collect();
                return !held.IsAlive;
            },
            "nothing holds what the work has held");
        Assert.Equal(1, pool.ThreadCount);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task<WeakReference> RunAndForgetAsync(BlockingPool pool)
        {
            byte[] bytes = new byte[100_000];
            await pool.RunAsync(() => bytes.Length);
            return new WeakReference(bytes);
        }
    }

    [Fact]
    public async Task WaitingWorkThatIsCancelledNeverRuns()
    {
        using var release = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        Task first = _pool.RunAsync(release.Wait);
        Task second = _pool.RunAsync(release.Wait);
        bool ran = false;
        Task third = _pool.RunAsync(() => ran = true, cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        release.Set();
        await Task.WhenAll(first, second);

        Assert.Equal(1, await _pool.RunAsync(() => 1));
        Assert.False(ran);
    }

    [Fact]
    public async Task RunningWorkThatIsCancelledEndsUnheard()
    {
        using var release = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        bool started = false;
        Task work = _pool.RunAsync(
            () =>
            {
                Volatile.Write(ref started, true);
                release.Wait();
                return 1;
            },
            cancel.Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref started), "it runs");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        release.Set();
    }

    [Fact]
    public async Task APieceThatBlocksForEverDoesNotKeepAnIdleThreadsWorkFromTheNext()
    {
        using var release = new ManualResetEventSlim();
        var pool = new BlockingPool("test", new BlockingPoolOptions { MaxThreads = 2 });
        for (int i = 0; i < 200; i++)
        {
            await pool.RunAsync(() => 1);
            await Eventually.HoldsAsync(() => pool.ThreadCount > 0, "a thread is there");

            // one thread is idle, or about to be: it can take one of the two
            Task first = pool.RunAsync(release.Wait);
            int second = await pool.RunAsync(() => 2).WaitAsync(TimeSpan.FromSeconds(20));

            Assert.Equal(2, second);
            release.Set();
            await first;
            release.Reset();
        }
    }

    [Fact]
    public async Task IdleThreadsEnd()
    {
        await Task.WhenAll(_pool.RunAsync(() => 1), _pool.RunAsync(() => 2));

        await Eventually.HoldsAsync(() => _pool.ThreadCount == 0, "no thread is left");
        Assert.Equal(3, await _pool.RunAsync(() => 3));
    }

    [Fact]
    public void BoundsAreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockingPool("x", new BlockingPoolOptions { MaxThreads = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockingPool("x", new BlockingPoolOptions { MaxQueued = 0 }));
    }
}
