using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// Fires a connection's tokens on a loop or a pool thread. Their callbacks are the application's, and nobody stands above to catch what they
/// throw: it would end the process, and with it every other connection.
/// </summary>
internal static class LifetimeTokens
{
    /// <summary>Cancels without running callbacks on the caller's stack: on the thread pool, or where the caller must not leave its context, there.</summary>
    public static Task CancelAsync(CancellationTokenSource source)
    {
        if (SynchronizationContext.Current is not StayingContext context)
        {
#pragma warning disable RS0030 // here it is meant
            return source.CancelAsync();
#pragma warning restore RS0030
        }

        var cancelled = new TaskCompletionSource();
        context.Post(
            state =>
            {
                try
                {
                    source.Cancel();
                    cancelled.SetResult();
                }
                catch (AggregateException failure)
                {
                    cancelled.SetException(failure);
                }
            },
            null);
        return cancelled.Task;
    }

    public static void Fire(CancellationTokenSource source, ConnectionContext connection)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException failure)
        {
            Exception first = failure.InnerExceptions[0];
            connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(
                new ConnectionEnd(ConnectionEndReason.HandlerFailed, ErrorSide.Local, $"a callback on one of its tokens threw {first.GetType().Name}"));
            if (connection is StreamConnection { CallbackObserver: { } observer })
            {
                observer.OnCallbackFailed(failure);
                return;
            }

            // nobody serves it (a client's connection): told as what a task nobody awaits fails with, TaskScheduler.UnobservedTaskException
            _ = Task.FromException(failure);
        }
    }
}
