using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Chat.Irc.Server;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>One owner at a time, calls in their order, and nobody who works for all others.</summary>
public sealed class IrcOwnerTests
{
    private const int Calls = 1000;

    private readonly List<int> _order = [];
    private int _mine;
    private int _done;
    private int _inside;

    [Fact]
    public async Task WhoIsThereDoesSomeOfTheOthersWorkAndHandsOnTheRest()
    {
        var owner = new IrcOwner(NullLogger.Instance);
        int me = Environment.CurrentManagedThreadId;
        owner.Post(_ => QueueMany(owner, me));
        Assert.InRange(_mine, 1, 100);
        await IrcTestServer.UntilAsync(() => Volatile.Read(ref _done) == Calls);
        Assert.Equal(Enumerable.Range(0, Calls), _order);
    }

    [Fact]
    public async Task TwoConnectionsAreServedBetweenAndBehindThem()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        IrcTestClient bob = await server.RegisterAsync("bob");
        IrcOwner owner = server.Server.Owner;
        owner.Post(_ =>
        {
            QueueMany(owner, Environment.CurrentManagedThreadId);
            alice.SendAsync("PRIVMSG bob :one", "PRIVMSG bob :two").GetAwaiter().GetResult();
        });
        await bob.SendAsync("PRIVMSG alice :three");
        Assert.EndsWith(":one", await bob.ReadLineAsync(), StringComparison.Ordinal);
        Assert.EndsWith(":two", await bob.ReadLineAsync(), StringComparison.Ordinal);
        Assert.EndsWith(":three", await alice.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, Calls), _order);
    }

    private void QueueMany(IrcOwner owner, int thread)
    {
        for (int i = 0; i < Calls; i++)
        {
            int number = i;
            owner.Post(_ =>
            {
                Assert.Equal(1, Interlocked.Increment(ref _inside));
                _order.Add(number);
                _mine += Environment.CurrentManagedThreadId == thread && Volatile.Read(ref _done) == _mine ? 1 : 0;
                Interlocked.Decrement(ref _inside);
                Interlocked.Increment(ref _done);
            });
        }
    }
}
