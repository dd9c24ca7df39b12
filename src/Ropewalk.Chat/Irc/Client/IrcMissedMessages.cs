using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Tells the events of one connection after the other, so that each message is told once, and those that were missed before those that came after them.</summary>
internal sealed class IrcMissedMessages(IrcStayingOptions options, IrcEventStream events)
{
    // What correspondents say waits together: who wrote meanwhile is not known before it was asked.
    private const string Private = "";

    private readonly Lock _gate = new();
    private IrcHistoryKeeper _kept = new();
    private Dictionary<string, List<IrcTextEvent>> _held = [];
    private IrcCaseMapping _mapping = IrcCaseMapping.Rfc1459;
    private DateTimeOffset? _lastAt;
    private int _heldCount;

    public IReadOnlyList<IrcTextEvent> GetHistory(string target)
    {
        lock (_gate)
        {
            return _kept.Of(target);
        }
    }

    /// <summary>Begins a new connection: what comes in these channels waits until what was said before was fetched.</summary>
    public void Hold(IrcClientState state, IEnumerable<string> channels)
    {
        lock (_gate)
        {
            if (state.Features.CaseMapping != _mapping)
            {
                _mapping = state.Features.CaseMapping;
                IrcHistoryKeeper before = _kept;
                _kept = new IrcHistoryKeeper(_mapping);
                foreach (IrcTextEvent text in before.Targets.SelectMany(before.Of))
                {
                    _kept.Add(text);
                }
            }

            _held = new Dictionary<string, List<IrcTextEvent>>(_mapping);
            _heldCount = 0;
            if (CanFetch(state))
            {
                _held.Add(Private, []);
                foreach (string channel in channels)
                {
                    _held[channel] = [];
                }
            }
        }
    }

    /// <summary>Says whether the server has said no. No answer is none: the connection is given up, because what waits must not be told before what it waits for.</summary>
    public static bool IsRefusal(IrcRequestException exception) => exception.Kind is not (IrcRequestFailureKind.ConnectionEnded or IrcRequestFailureKind.TimedOut);

    public async ValueTask TellAsync(IrcClientEvent told)
    {
        if (told is IrcTextEvent text)
        {
            lock (_gate)
            {
                if (_held.TryGetValue(text.IsInChannel ? text.Target : Private, out List<IrcTextEvent>? waiting) && _heldCount < options.MostHeld)
                {
                    waiting.Add(text);
                    _heldCount++;
                    return;
                }

                if (!Keep(text))
                {
                    return;
                }
            }
        }

        await events.WriteAsync(told);
    }

    /// <summary>Fetches what correspondents said since the last message of the connection before, and lets go what waits of theirs.</summary>
    public async Task FetchPrivateAsync(IrcClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (CanFetch(client.State) && _lastAt is { } since)
            {
                IReadOnlyList<IrcHistoryTarget> targets = await client.GetHistoryTargetsAsync(since, options.TimeProvider.GetUtcNow(), 100, cancellationToken);
                // a name that is none, or several, cannot be asked about
                foreach (IrcHistoryTarget target in targets.Where(target => IrcName.IsOne(target.Name) && !client.State.Features.IsChannel(target.Name)))
                {
                    await FetchTargetAsync(client, target.Name, since, cancellationToken);
                }
            }
        }
        catch (IrcRequestException exception) when (IsRefusal(exception))
        {
            // what cannot be had is missed
        }

        await ReleaseAsync(Private);
    }

    /// <summary>Fetches what was said in a channel since its last message, and lets go what waits.</summary>
    public async Task FetchAsync(IrcClient client, string channel, CancellationToken cancellationToken)
    {
        try
        {
            if (CanFetch(client.State))
            {
                await FetchTargetAsync(client, channel, null, cancellationToken);
            }
        }
        catch (IrcRequestException exception) when (IsRefusal(exception))
        {
            // what cannot be had is missed
        }

        await ReleaseAsync(channel);
    }

    /// <summary>Forgets what waits: the connection has ended before what was said earlier was fetched. It is fetched with that over the next one; told now, it would leave a gap.</summary>
    public void DropHeld()
    {
        lock (_gate)
        {
            _held = [];
            _heldCount = 0;
        }
    }

    /// <summary>Lets go what waits: nothing will be told before it any more.</summary>
    public async ValueTask ReleaseAsync(string target)
    {
        while (true)
        {
            IrcTextEvent[] waiting;
            lock (_gate)
            {
                if (!_held.TryGetValue(target, out List<IrcTextEvent>? list))
                {
                    return;
                }

                // what comes while these are told waits behind them
                waiting = [.. list.Where(Keep)];
                _heldCount -= list.Count;
                list.Clear();
                if (waiting.Length == 0)
                {
                    _held.Remove(target);
                    return;
                }
            }

            foreach (IrcTextEvent text in waiting)
            {
                await events.WriteAsync(text);
            }
        }
    }

    private bool CanFetch(IrcClientState state) =>
        options.FetchesMissed && state.Has(IrcCapabilities.ChatHistory) && state.Has(IrcCapabilities.Batch) && state.Has(IrcCapabilities.ServerTime);

    private async Task FetchTargetAsync(IrcClient client, string target, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        IrcTextEvent? last;
        lock (_gate)
        {
            last = _kept.LastOf(target);
        }

        // A correspondent who had never written before has no last message: all since the end of the connection is new.
        IrcHistoryPoint? after = last is not null ? PlaceOf(last) : since is { } time ? IrcHistoryPoint.At(time) : null;
        bool isById = last?.MessageId is not null;
        for (int fetch = 0; fetch < options.MostFetches && after is { } place; fetch++)
        {
            IReadOnlyList<IrcClientEvent> past;
            try
            {
                past = await client.GetAfterAsync(target, place, 100, cancellationToken);
            }
            catch (IrcRequestException exception) when (exception.Kind == IrcRequestFailureKind.Refused && isById)
            {
                // The server has forgotten the message, or finds none by id: from its time on then, and what is known is not told again.
                isById = false;
                after = IrcHistoryPoint.At(last!.Time.AddMilliseconds(-1));
                continue;
            }

            IrcTextEvent[] texts = [.. past.OfType<IrcTextEvent>()];
            bool isNew = await TellPastAsync(texts);
            after = isNew ? PlaceOf(texts[^1]) : null;
        }
    }

    private static IrcHistoryPoint PlaceOf(IrcTextEvent text) =>
        text.MessageId is { } id && id.AsSpan().IndexOfAny(" \r\n\0") < 0 ? IrcHistoryPoint.OfMessage(id) : IrcHistoryPoint.At(text.Time);

    private async Task<bool> TellPastAsync(IrcTextEvent[] texts)
    {
        IrcTextEvent[] unknown;
        lock (_gate)
        {
            unknown = [.. texts.Where(Keep)];
        }

        foreach (IrcTextEvent text in unknown)
        {
            await events.WriteAsync(text);
        }

        return unknown.Length > 0;
    }

    private bool Keep(IrcTextEvent text)
    {
        _lastAt = _lastAt is { } at && at > text.Time ? at : text.Time;
        // what is kept for long does not keep all that was known with it
        return _kept.Add(text.State is null ? text : text with { State = null });
    }
}
