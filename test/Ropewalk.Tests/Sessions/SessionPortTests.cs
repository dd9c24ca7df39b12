using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Sessions;

public sealed class SessionPortTests
{
    [Fact]
    public async Task PostsRunOnTheTurnInOrder()
    {
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        SessionPort<LineSession> port = (await handler.Begun).Port;
        for (int i = 0; i < 500; i++)
        {
            Assert.True(port.TryPost(static (turn, number) => turn.Session.Say($"push {number:D3}", turn.Output), i));
        }

        string heard = await peer.HearAsync(500 * 10);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"push {i:D3}"), heard.Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task PostsFromManyThreadsNeverMeetInTheSession()
    {
        int inside = 0, most = 0, ran = 0;
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        SessionPort<LineSession> port = (await handler.Begun).Port;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (_, ct) => await port.InvokeAsync(
            turn =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                ran++;
                Interlocked.Decrement(ref inside);
            },
            ct));
        Assert.Equal((1, 2000), (most, ran));
    }

    [Fact]
    public async Task AnInvocationReturnsItsResultOrThrowsItsError()
    {
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        SessionPort<LineSession> port = (await handler.Begun).Port;
        Assert.Equal(0, await port.InvokeAsync(turn => turn.Session.Upgrades));
        await Assert.ThrowsAsync<ArithmeticException>(async () => await port.InvokeAsync<int>(_ => throw new ArithmeticException()));
        await peer.SayAsync("still there\r\n");
        await peer.HearAsync("still there\r\n");
    }

    [Fact]
    public Task AnInvocationThatCanBeGivenUpStaysOnTheSimulationsThread() => Simulation.RunAsync(
        async sim =>
        {
            var gate = new TaskCompletionSource();
            var handler = new LineHandler { Handle = (_, _) => new ValueTask(gate.Task) };
            SimHost server = sim.AddHost("server");
            await server.ListenAsync("tcp:7", handler.OnConnectedAsync);
            await using ConnectionContext connection = await sim.AddHost("client").ConnectAsync("tcp:server:7");
            SessionPort<LineSession> port = (await handler.Begun).Port;
            int thread = Environment.CurrentManagedThreadId;
            using var patience = new CancellationTokenSource();
            Assert.Equal(0, await port.InvokeAsync(turn => turn.Session.Upgrades, patience.Token));
            Assert.Equal(thread, Environment.CurrentManagedThreadId);

            // the turn is not to be had while an event is being handled
            await connection.Transport.Output.WriteAsync("busy\r\n"u8.ToArray());
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Task<int> waiting = port.InvokeAsync(turn => turn.Session.Upgrades, patience.Token).AsTask();
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.False(waiting.IsCompleted);
            patience.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            gate.SetResult();
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seed = 1 });

    [Fact]
    public async Task TheQueueIsBounded()
    {
        var gate = new TaskCompletionSource();
        var handler = new LineHandler(new SessionOptions { PortCapacity = 3 }) { Handle = (_, _) => new ValueTask(gate.Task) };
        await using var peer = new Peer(handler);
        SessionPort<LineSession> port = (await handler.Begun).Port;
        await peer.SayAsync("wait\r\n");
        await peer.QuietAsync();
        List<int> ran = [];
        for (int i = 0; i < 3; i++)
        {
            Assert.True(port.TryPost(static (_, list) => list.Add(1), ran));
        }

        Assert.False(port.TryPost(static (_, list) => list.Add(1), ran));
        Assert.Equal(3, port.Waiting);
        Task<int> waiting = port.InvokeAsync(turn => turn.Session.Calls).AsTask();
        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        await waiting;
        Assert.Equal(3, ran.Count);
    }

    [Fact]
    public async Task AfterTheEndNothingIsTakenAndWhoWaitsIsTold()
    {
        var gate = new TaskCompletionSource();
        var handler = new LineHandler { Handle = (_, _) => new ValueTask(gate.Task) };
        await using var peer = new Peer(handler);
        SessionPort<LineSession> port = (await handler.Begun).Port;
        await peer.SayAsync("QUIT\r\n");
        await peer.QuietAsync();
        Task<int> waiting = port.InvokeAsync(turn => turn.Session.Calls).AsTask();
        gate.SetResult();
        await peer.HearEndAsync("bye\r\n");
        await peer.EndAsync();
        var over = await Assert.ThrowsAsync<ProtocolException>(() => waiting);
        Assert.Equal(ErrorScope.Connection, over.Scope);
        await handler.Ended;
        Assert.False(port.TryPost(static (_, _) => { }, ""));
        await Assert.ThrowsAsync<ProtocolException>(async () => await port.InvokeAsync(turn => turn.Session.Calls));
    }

    [Fact]
    public async Task AConversationThatIsOverTakesNoFirstPostEither()
    {
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        await peer.EndAsync();
        await handler.Ended;
        SessionPort<LineSession> port = (await handler.Begun).Port;
        Assert.False(port.TryPost(static (_, _) => { }, ""));
        await Assert.ThrowsAsync<ProtocolException>(async () => await port.InvokeAsync(turn => turn.Session.Calls));
    }

    [Fact]
    public async Task APostMayLetAPausedSessionGoOn()
    {
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        await peer.SayAsync("HOLD\r\nHOLD again\r\nthird\r\n");
        await peer.HearAsync("HOLD\r\n");
        await peer.HearNothingAsync();
        SessionPort<LineSession> port = (await handler.Begun).Port;
        port.TryPost(static (turn, _) => turn.Session.Resume(), "");
        await peer.HearAsync("HOLD again\r\n");
        await peer.HearNothingAsync();
        port.TryPost(static (turn, _) => turn.Session.Resume(), "");
        await peer.HearAsync("third\r\n");
    }

    [Fact]
    public async Task APostMayEndTheConversationInTheProtocolsWords()
    {
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        (await handler.Begun).Port.RequestStop();
        await peer.HearEndAsync("stopping\r\n");
        await peer.EndAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
    }

    [Fact]
    public async Task GivingUpAnInvocationLeavesTheConversationAlone()
    {
        var gate = new TaskCompletionSource();
        var handler = new LineHandler { Handle = (line, turn) => new ValueTask(gate.Task) };
        await using var peer = new Peer(handler);
        await peer.SayAsync("wait\r\n");
        await peer.QuietAsync();
        using var cancel = new CancellationTokenSource();
        Task<int> waiting = (await handler.Begun).Port.InvokeAsync(turn => turn.Session.Calls, cancel.Token).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        (await handler.Begun).Port.RequestStop();
        await peer.HearEndAsync("stopping\r\n");
    }
}
