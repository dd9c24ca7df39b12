using System.Diagnostics;

namespace Ropewalk.Tests;

/// <summary>Waits, without sleeping, for what another thread is about to do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Yields until the condition holds, and fails the test if it does not.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < Limit,
                $"still not: {what} (thread pool: {ThreadPool.ThreadCount} threads, {ThreadPool.PendingWorkItemCount} items wait)");
            await Task.Yield();
        }
    }
}
