using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Keeps what was said, each message once and in order, whether it came as it was said or was fetched later.</summary>
/// <remarks>
/// A message is known by the id that the network gave it, or where it gives none by its time, its source and its text. <b>Call</b>: one at a time. What is kept is bounded: the
/// oldest messages, and the targets in which nothing has been said for longest, are forgotten first.
/// </remarks>
public sealed class IrcHistoryKeeper
{
    private readonly Dictionary<string, Kept> _targets;
    private readonly int _mostTargets;
    private readonly int _mostMessages;
    private long _turn;

    /// <summary>Creates a keeper.</summary>
    /// <param name="mapping">Which names are the same.</param>
    /// <param name="mostTargets">How many channels and correspondents are kept. Default 500.</param>
    /// <param name="mostMessages">How many messages of each. Default 1000: what servers give at most at once.</param>
    public IrcHistoryKeeper(IrcCaseMapping? mapping = null, int mostTargets = 500, int mostMessages = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostTargets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostMessages, 1);
        _targets = new Dictionary<string, Kept>(mapping ?? IrcCaseMapping.Rfc1459);
        _mostTargets = mostTargets;
        _mostMessages = mostMessages;
    }

    /// <summary>Gets the channels and correspondents that anything is kept of.</summary>
    public IReadOnlyCollection<string> Targets => _targets.Keys;

    /// <summary>Gets the conversation that a text belongs to: the channel, or the correspondent.</summary>
    public static string TargetOf(IrcTextEvent text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.IsInChannel || text.IsOwn ? text.Target : text.Source.Name ?? "";
    }

    /// <summary>Keeps a message; false if it is known already.</summary>
    public bool Add(IrcTextEvent text)
    {
        string target = TargetOf(text);
        if (!_targets.TryGetValue(target, out Kept? kept))
        {
            if (_targets.Count >= _mostTargets)
            {
                _targets.Remove(_targets.MinBy(pair => pair.Value.LastTurn).Key);
            }

            _targets.Add(target, kept = new Kept());
        }

        kept.LastTurn = ++_turn;
        string? key = KeyOf(text);
        if (key is not null && !kept.Keys.Add(key))
        {
            return false;
        }

        kept.Messages.AddLast(text);
        while (kept.Messages.Count > _mostMessages)
        {
            if (KeyOf(kept.Messages.First!.Value) is { } old)
            {
                kept.Keys.Remove(old);
            }

            kept.Messages.RemoveFirst();
        }

        return true;
    }

    /// <summary>Gets what is kept of a channel or a correspondent, in order.</summary>
    public IReadOnlyList<IrcTextEvent> Of(string target) => _targets.TryGetValue(target, out Kept? kept) ? [.. kept.Messages] : [];

    /// <summary>Gets the last message of a channel or a correspondent that can be found again: one with an id, or with a time of the server's; null if there is none.</summary>
    public IrcTextEvent? LastOf(string target) =>
        _targets.TryGetValue(target, out Kept? kept) ? kept.Messages.LastOrDefault(text => text.MessageId is not null) ?? kept.Messages.LastOrDefault(text => text.Message?.Tag("time") is not null) : null;

    private static string? KeyOf(IrcTextEvent text) =>
        text.MessageId is { } id ? "i" + id : text.Message?.Tag("time") is { } time ? $"t{time} {text.Source} {text.Text}" : null;

    private sealed class Kept
    {
        public LinkedList<IrcTextEvent> Messages { get; } = new();

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public long LastTurn { get; set; }
    }
}
