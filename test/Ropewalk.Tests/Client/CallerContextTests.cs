using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Ropewalk.Tests.Client;

/// <summary>Each public method of the client runs under a context that fails when anything is posted to it.</summary>
public sealed class CallerContextTests
{
    private readonly EndpointContext _context = new();

    [Fact]
    public async Task ConnectAsyncLeavesItsCallersContext()
    {
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync("tcp:localhost:0", static connection => Task.CompletedTask);
        int port = ((System.Net.IPEndPoint)listening.EndPoint).Port;
        var client = new ConnectionClient(_context);

        await UnderAsync(new FailingContext(), async () => await client.ConnectAsync($"tcp:localhost:{port}").ConfigureAwait(false));
        await UnderAsync(new FailingContext(), async () => await client.ConnectAsync(EndpointSpec.Tcp("localhost", port)).ConfigureAwait(false));
        await UnderAsync(new FailingContext(), async () => await client.ConnectAsync(listening.EndPoint).ConfigureAwait(false));
    }

    [Fact]
    public async Task StayConnectedAsyncLeavesItEachTime()
    {
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync("mem:a", static connection => Task.CompletedTask);
        var client = new ConnectionClient(_context);
        var policy = new RetryPolicy(new Random(1)) { InitialDelay = TimeSpan.FromMilliseconds(1) };

        await UnderAsync(new FailingContext(), async () =>
        {
            int count = 0;
            IAsyncEnumerator<ConnectionContext> connections = client.StayConnectedAsync(EndpointSpec.Parse("mem:a"), policy).GetAsyncEnumerator();
            while (count++ < 3 && await connections.MoveNextAsync().ConfigureAwait(false))
            {
                // the body runs under the caller's context again
                SynchronizationContext.SetSynchronizationContext(new FailingContext());
            }

            await connections.DisposeAsync().ConfigureAwait(false);
            SynchronizationContext.SetSynchronizationContext(null);
        });
    }

    [Fact]
    public async Task ACallerThatBlocksItsOnlyThreadIsServedAllTheSame()
    {
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync("mem:a", static connection => Task.CompletedTask);
        var client = new ConnectionClient(_context);

        await UnderAsync(new FailingContext(), () =>
        {
#pragma warning disable xUnit1031 // this is what it is about
            client.ConnectAsync("mem:a").AsTask().Wait(TestContext.Current.CancellationToken);
#pragma warning restore xUnit1031
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void AStayingContextIsNotLeft()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(new FailingContext());
            Assert.False(CallerContext.Detach().IsCompleted);
            SynchronizationContext.SetSynchronizationContext(new Loop());
            Assert.True(CallerContext.Detach().IsCompleted);
            SynchronizationContext.SetSynchronizationContext(null);
            Assert.True(CallerContext.Detach().IsCompleted);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public async Task ATaskSchedulerIsLeftToo()
    {
        var exclusive = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        TaskScheduler after = await Task.Factory.StartNew(
            async () =>
            {
                SynchronizationContext.SetSynchronizationContext(null);
                await CallerContext.Detach();
                return TaskScheduler.Current;
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            exclusive).Unwrap();

        Assert.Same(TaskScheduler.Default, after);
    }

    private static async Task UnderAsync(FailingContext context, Func<Task> action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            action().ContinueWith(
                task => _ = task.IsFaulted ? done.TrySetException(task.Exception.InnerExceptions) : done.TrySetResult(),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        });
        thread.Start();
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, context.Posts);
    }

    private sealed class FailingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => _posts;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            throw new InvalidOperationException("Something was posted to the caller's context.");
        }

        public override void Send(SendOrPostCallback d, object? state) => Post(d, state);
    }

    private sealed class Loop : StayingContext;
}
