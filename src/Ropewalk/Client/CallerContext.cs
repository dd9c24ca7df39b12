using System.Runtime.CompilerServices;

namespace Ropewalk.Client;

/// <summary>Leaves the caller's synchronization context once, at the boundary of a public client method.</summary>
/// <remarks>
/// A user interface's context would otherwise run each continuation of a client on its one thread, and a caller that blocks that thread
/// would wait for ever. Below the boundary no code needs <c>ConfigureAwait</c>.
/// </remarks>
public static class CallerContext
{
    /// <summary>Leaves the context and the task scheduler of the caller: <c>await CallerContext.Detach();</c> as a method's first line, and again after each <c>yield return</c>.</summary>
    public static DetachAwaitable Detach() => default;

    private static bool MustLeave =>
        SynchronizationContext.Current is { } context
            ? context is not StayingContext && context.GetType() != typeof(SynchronizationContext)
            : TaskScheduler.Current != TaskScheduler.Default;

    /// <summary>Is awaited by <see cref="Detach"/>'s callers.</summary>
    public readonly struct DetachAwaitable : ICriticalNotifyCompletion, IEquatable<DetachAwaitable>
    {
        /// <summary>Gets whether there is nothing to leave.</summary>
        public bool IsCompleted => !MustLeave;

        /// <summary>Gets the awaiter.</summary>
        public DetachAwaitable GetAwaiter() => this;

        /// <summary>Does nothing.</summary>
        public void GetResult()
        {
        }

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static run => run(), continuation, preferLocal: false);

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), continuation, preferLocal: false);

        /// <inheritdoc/>
        public bool Equals(DetachAwaitable other) => true;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is DetachAwaitable;

        /// <inheritdoc/>
        public override int GetHashCode() => 0;
    }
}
