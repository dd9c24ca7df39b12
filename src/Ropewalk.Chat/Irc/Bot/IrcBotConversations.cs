using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Runs handlers: one at a time in each conversation, in order, those of different conversations side by side. Both are bounded.</summary>
internal sealed class IrcBotConversations(IrcBotOptions options, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<Func<CancellationToken, Task>>> _waiting = new(IrcCaseMapping.Rfc1459);
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Runs something behind what waits in its conversation already.</summary>
    public void Add(string conversation, Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            bool isThere = _waiting.TryGetValue(conversation, out Queue<Func<CancellationToken, Task>>? queue);
            if (isThere ? queue!.Count >= options.MostWaiting : _waiting.Count >= options.MostConversations)
            {
                IrcBotLog.NotHeard(logger, conversation);
                return;
            }

            if (isThere)
            {
                queue!.Enqueue(work);
                return;
            }

            _waiting.Add(conversation, new Queue<Func<CancellationToken, Task>>([work]));
            _running.RemoveWhere(task => task.IsCompleted);
            _running.Add(RunAsync(conversation));
        }
    }

    /// <summary>Cancels what runs, forgets what waits, and waits a while for the ends.</summary>
    public async Task StopAsync()
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
            foreach (Queue<Func<CancellationToken, Task>> queue in _waiting.Values)
            {
                queue.Clear();
            }
        }

        _stopped.Cancel();
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(options.StopTimeout, options.TimeProvider, enough.Token));
        enough.Cancel();
        if (running.Count(task => !task.IsCompleted) is > 0 and int left)
        {
            IrcBotLog.LeftBehind(logger, left);
        }
    }

    private async Task RunAsync(string conversation)
    {
        // a handler that does not wait for anything must not hold up who hears
        await Task.Yield();
        while (true)
        {
            Func<CancellationToken, Task> work;
            lock (_gate)
            {
                Queue<Func<CancellationToken, Task>> queue = _waiting[conversation];
                if (!queue.TryDequeue(out work!))
                {
                    _waiting.Remove(conversation);
                    return;
                }
            }

            try
            {
                await work(_stopped.Token);
            }
            catch (Exception exception)
            {
                // whatever it was, it is not the last that is said here
                IrcBotLog.HandlerFailed(logger, exception, "a conversation", conversation);
            }
        }
    }
}
