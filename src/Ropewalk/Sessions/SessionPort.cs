using System.Threading.Channels;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>
/// Is the only way into a session from outside its turn: what is posted runs on the turn, in order, between two events. The queue is bounded.
/// </summary>
/// <remarks><b>Call</b>: from any thread; nothing of the conversation runs on the caller's stack. <b>Lifetime</b>: as long as anybody holds it; after the end of the conversation it takes nothing.</remarks>
/// <typeparam name="TSession">The session.</typeparam>
public sealed class SessionPort<TSession>
    where TSession : class
{
    private readonly int _capacity;
    private readonly WakeSignal _wake;
    // Made by the first post: most conversations of most protocols never see one.
    private Channel<SessionPost<TSession>>? _posts;
    private ProtocolException? _over;
    private volatile bool _stopRequested;

    internal SessionPort(int capacity, WakeSignal wake)
    {
        _capacity = capacity;
        _wake = wake;
    }

    /// <summary>Gets how many posts wait.</summary>
    public int Waiting => Volatile.Read(ref _posts)?.Reader.Count ?? 0;

    internal bool StopRequested => _stopRequested;

    /// <summary>Posts an action without waiting. Nothing is allocated if <paramref name="state"/> is a reference.</summary>
    /// <returns>False if the queue is full or the conversation is over: the action will not run. True promises only that it waits: an end of the conversation may come first.</returns>
    public bool TryPost<TState>(Action<SessionTurn<TSession>, TState> action, TState state)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (!Posts.Writer.TryWrite(new SessionPost<TSession>(SessionPost<TSession>.Run<TState>.Boxed, action, state)))
        {
            return false;
        }

        _wake.Set(inline: false);
        return true;
    }

    /// <summary>Runs a function on the turn and returns its result. Waits for room in the queue, and for the turn.</summary>
    /// <remarks><b>Call</b>: not to be awaited on the turn itself, which it would wait for.</remarks>
    /// <param name="function">What is run. What it throws is thrown here; the conversation goes on.</param>
    /// <param name="cancellationToken">Gives up waiting; a function that has begun is not undone.</param>
    /// <exception cref="ProtocolException">The conversation is over: it ended before the function ran.</exception>
    public async ValueTask<TResult> InvokeAsync<TResult>(Func<SessionTurn<TSession>, TResult> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        var invocation = new SessionInvocation<TSession, TResult>(function);
        cancellationToken.ThrowIfCancellationRequested();
        var post = new SessionPost<TSession>(SessionInvocation<TSession, TResult>.Run, invocation, null);
        try
        {
            // with room in the queue nothing is waited for: a wait with a token would go on from a thread of the pool
            if (!Posts.Writer.TryWrite(post))
            {
                await Posts.Writer.WriteAsync(post, cancellationToken);
            }
        }
        catch (ChannelClosedException closed)
        {
            throw Over(closed.InnerException as ProtocolException);
        }

        _wake.Set(inline: false);
        await using CancellationTokenRegistration givingUp = cancellationToken.UnsafeRegister(static (self, token) => ((SessionInvocation<TSession, TResult>)self!).GiveUp(token), invocation);
        return await invocation.Task;
    }

    /// <summary>Runs an action on the turn. Waits for room in the queue, and for the turn.</summary>
    /// <exception cref="ProtocolException">The conversation is over: it ended before the action ran.</exception>
    public async ValueTask InvokeAsync(Action<SessionTurn<TSession>> action, CancellationToken cancellationToken = default) =>
        await InvokeAsync(
            turn =>
            {
                action(turn);
                return true;
            },
            cancellationToken);

    /// <summary>Asks the session to end the conversation in the protocol's own words, as a stop of the server does.</summary>
    public void RequestStop()
    {
        _stopRequested = true;
        _wake.Set(inline: false);
    }

    private Channel<SessionPost<TSession>> Posts => Volatile.Read(ref _posts) ?? MakePosts();

    internal bool TryTake(out SessionPost<TSession> post)
    {
        post = default;
        return Volatile.Read(ref _posts) is { } posts && posts.Reader.TryRead(out post);
    }

    internal void Close(ConnectionEnd end)
    {
        var over = new ProtocolException($"The conversation is over: {end}.", end.Side, ErrorScope.Connection);
        // Before the look for a channel: who makes one after that look sees this.
        Interlocked.Exchange(ref _over, over);
        Volatile.Read(ref _posts)?.Writer.TryComplete(over);
        while (TryTake(out SessionPost<TSession> post))
        {
            (post.Action as IAbandonedPost)?.Abandon(over);
        }
    }

    private Channel<SessionPost<TSession>> MakePosts()
    {
        Channel<SessionPost<TSession>> made = Channel.CreateBounded<SessionPost<TSession>>(new BoundedChannelOptions(_capacity) { SingleReader = true, AllowSynchronousContinuations = false });
        made = Interlocked.CompareExchange(ref _posts, made, null) ?? made;
        if (Volatile.Read(ref _over) is { } over)
        {
            made.Writer.TryComplete(over);
        }

        return made;
    }

    private static ProtocolException Over(ProtocolException? reason) =>
        new(reason?.Message ?? "The conversation is over.", reason?.Side ?? ErrorSide.Local, ErrorScope.Connection, innerException: reason);
}
