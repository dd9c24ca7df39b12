using System.Threading.Channels;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Is a stream of events with room for a number of them that are not read yet. None is lost silently.</summary>
/// <remarks><b>Call</b>: one reader at a time. <b>Lifetime</b>: the stream ends after the <see cref="IrcEndedEvent"/>.</remarks>
public sealed class IrcEventStream : IAsyncEnumerable<IrcClientEvent>, IDisposable
{
    private readonly Channel<IrcClientEvent> _channel;
    private readonly IrcEventOverflow _overflow;
    private readonly Action<IrcEventStream>? _leave;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _gone;
    private IrcClientEvent? _last;
    private long _lost;

    internal IrcEventStream(int capacity, IrcEventOverflow overflow, Action<IrcEventStream>? leave = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _overflow = overflow;
        _leave = leave;
        _channel = Channel.CreateBounded<IrcClientEvent>(new BoundedChannelOptions(capacity) { SingleReader = true, AllowSynchronousContinuations = false });
    }

    /// <summary>Gets how many wait to be read.</summary>
    internal int Waiting => _channel.Reader.Count;

    /// <summary>Reads the events as they come.</summary>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>; another may begin where it ended.</param>
    public async IAsyncEnumerator<IrcClientEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        while (await _channel.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_channel.Reader.TryRead(out IrcClientEvent? told))
            {
                yield return told;
                await CallerContext.Detach();
            }
        }

        if (TakeLost() is { } lost)
        {
            yield return lost;
            await CallerContext.Detach();
        }

        if (Interlocked.Exchange(ref _last, null) is { } last)
        {
            yield return last;
        }
    }

    /// <summary>Takes part in the events no more.</summary>
    public void Dispose()
    {
        _leave?.Invoke(this);
        _channel.Writer.TryComplete();
    }

    /// <summary>Adds an event.</summary>
    /// <param name="told">The event.</param>
    /// <param name="mayWait">Whether somebody can read it: before that nothing is waited for.</param>
    internal ValueTask WriteAsync(IrcClientEvent told, bool mayWait = true)
    {
        if (_overflow == IrcEventOverflow.Wait && mayWait && !_letGo.Task.IsCompleted)
        {
            return _channel.Writer.TryWrite(told) ? ValueTask.CompletedTask : WaitAsync(told);
        }

        Tell(told);
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for the reader no more: the client goes. What has no room from now on is counted as lost.</summary>
    internal void LetGo() => _letGo.TrySetResult();

    internal void Complete(IrcClientEvent last)
    {
        Interlocked.CompareExchange(ref _last, last, null);
        _channel.Writer.TryComplete();
    }

    private void Tell(IrcClientEvent told)
    {
        lock (_gate)
        {
            // behind a loss its number comes first: it stands where the events would have stood
            if (_lost > 0 && _channel.Writer.TryWrite(new IrcLostEvent(_lost) { Time = told.Time }))
            {
                _lost = 0;
            }

            if (_lost > 0 || !_channel.Writer.TryWrite(told))
            {
                _lost++;
            }
        }
    }

    private async ValueTask WaitAsync(IrcClientEvent told)
    {
        // Not WriteAsync with a token, which would go on from a thread of the pool.
        _gone ??= SeenAsync(_letGo.Task);
        while (!_letGo.Task.IsCompleted)
        {
            Task<bool> room = SeenAsync(_channel.Writer.WaitToWriteAsync());
            await Task.WhenAny(room, _gone);
            if (room.IsCompleted && !await room)
            {
                // its reader has left meanwhile
                return;
            }

            if (_channel.Writer.TryWrite(told))
            {
                return;
            }
        }

        Tell(told);
    }

    // What has its continuations run elsewhere would take WhenAny's to the thread pool, out of a simulated run, and AsTask does; an await comes back.
    private static async Task<bool> SeenAsync(ValueTask<bool> room) => await room;

    private static async Task SeenAsync(Task gone) => await gone;

    private IrcLostEvent? TakeLost()
    {
        lock (_gate)
        {
            long lost = _lost;
            _lost = 0;
            return lost > 0 ? new IrcLostEvent(lost) : null;
        }
    }
}
