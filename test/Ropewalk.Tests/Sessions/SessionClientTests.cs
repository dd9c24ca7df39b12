using Microsoft.AspNetCore.Connections;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Sessions;

public sealed class SessionClientTests
{
    [Fact]
    public async Task AClientsSessionIsDrivenByTheSameLoop()
    {
        var told = new Told();
        await using var pair = new Pair(new LineHandler());
        await using var client = SessionClient<LineSession, LineEvent>.Start(pair.Client, new LineSession(greeting: "first"), told);
        Assert.Equal("first", await told.NextAsync());
        await client.Port.InvokeAsync(turn => turn.Session.Say("second", turn.Output));
        Assert.Equal("second", await told.NextAsync());
        await client.StopAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await client.Ended).Reason);
    }

    [Fact]
    public async Task DisposingAbortsAConversationThatGoesOn()
    {
        var handler = new LineHandler();
        await using var pair = new Pair(handler);
        var client = SessionClient<LineSession, LineEvent>.Start(pair.Client, new LineSession(), new Told());
        await handler.Begun;
        await client.DisposeAsync();
        Assert.Equal(ConnectionEndReason.Aborted, (await client.Ended).Reason);
        Assert.Equal(ConnectionEndReason.PeerReset, (await handler.Ended).Reason);
    }

    [Fact]
    public async Task GivingUpTheGoodbyeAborts()
    {
        var gate = new TaskCompletionSource();
        var handler = new LineHandler { Handle = (_, _) => new ValueTask(gate.Task) };
        await using var pair = new Pair(handler);
        await using var client = SessionClient<LineSession, LineEvent>.Start(pair.Client, new LineSession(greeting: "wait"), new Told());
        using var cancel = new CancellationTokenSource();
        Task stopping = client.StopAsync(cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);
        Assert.NotEqual(ConnectionEndReason.Open, (await client.Ended).Reason);
        gate.SetResult();
    }

    [Fact]
    public async Task AFailingApplicationFailsTheConversationAndResetsIt()
    {
        var handler = new LineHandler { Make = () => new LineSession(greeting: "hello") };
        await using var pair = new Pair(handler);
        await using var client = SessionClient<LineSession, LineEvent>.Start(pair.Client, new LineSession(), new Told { Throws = true });
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Ended);
        Assert.Equal(ConnectionEndReason.PeerReset, (await handler.Ended).Reason);
    }

    [Fact]
    public async Task NothingOfItRunsInTheCallersContext()
    {
        await using var pair = new Pair(new LineHandler());
        var told = new Told();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new NoContext());
        SessionClient<LineSession, LineEvent> client;
        Task stopping;
        try
        {
            client = SessionClient<LineSession, LineEvent>.Start(pair.Client, new LineSession(greeting: "hello"), told);
            stopping = client.StopAsync();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        await stopping;
        await client.DisposeAsync();
    }

    private sealed class NoContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("posted to the caller's context");

        public override void Send(SendOrPostCallback d, object? state) => throw new InvalidOperationException("sent to the caller's context");
    }

    private sealed class Told : ISessionApplication<LineSession, LineEvent>
    {
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public bool Throws { get; init; }

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        public ValueTask OnEventAsync(LineEvent sessionEvent, SessionTurn<LineSession> turn)
        {
            if (Throws)
            {
                throw new InvalidOperationException("broken");
            }

            _lines.Writer.TryWrite(sessionEvent.Text);
            return default;
        }

        public ValueTask UpgradeAsync(SessionTurn<LineSession> turn) => throw new NotSupportedException();
    }

    private sealed class Pair : IAsyncDisposable
    {
        private readonly Task _serving;

        public Pair(LineHandler handler)
        {
            (Client, ConnectionContext served) = ConnectionPair.Create();
            _serving = ServeAsync(handler, served);
        }

        public ConnectionContext Client { get; }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await _serving;
        }

        private static async Task ServeAsync(LineHandler handler, ConnectionContext served)
        {
            await using (served)
            {
                await handler.OnConnectedAsync(served);
            }
        }
    }
}
