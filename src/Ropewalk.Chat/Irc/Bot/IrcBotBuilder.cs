using System.Text.RegularExpressions;
using Ropewalk.Chat.Irc.Session;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Collects what a bot hears and does.</summary>
/// <remarks>
/// Of commands and patterns the first that matches takes the message, in the order in which they were added; <see cref="OnMessage"/> hears what none has taken. None of
/// them is called for notices, for the bot's own messages, for messages of the past, or for users who are marked as bots.
/// </remarks>
public sealed class IrcBotBuilder
{
    private readonly List<IrcBotRule> _rules = [];
    private readonly List<(Type Type, bool HearsOwn, Func<IrcBotContext, Task> Run)> _events = [];
    private readonly List<IrcBotJob> _jobs = [];

    internal IReadOnlyList<IrcBotRule> Rules => _rules;

    internal IReadOnlyList<(Type Type, bool HearsOwn, Func<IrcBotContext, Task> Run)> Events => _events;

    internal IReadOnlyList<IrcBotJob> Jobs => _jobs;

    /// <summary>Hears a command: a message whose first word it is, whatever the case, perhaps behind the bot's name.</summary>
    /// <param name="command">The word: <c>!roll</c>.</param>
    /// <param name="handler">What is done.</param>
    /// <exception cref="ArgumentException">It is empty or has spaces.</exception>
    public IrcBotRule OnCommand(string command, Func<IrcBotContext, Task> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        if (command.Any(char.IsWhiteSpace))
        {
            throw new ArgumentException("A command is one word.", nameof(command));
        }

        return Add(new IrcBotRule(command, context => context.Command.Equals(command, StringComparison.OrdinalIgnoreCase), handler));
    }

    /// <summary>Hears messages that a pattern matches; the match is <see cref="IrcBotContext.Match"/>.</summary>
    /// <exception cref="ArgumentException">The pattern could take for ever: it has neither <see cref="RegexOptions.NonBacktracking"/> nor a timeout.</exception>
    public IrcBotRule OnPattern(Regex pattern, Func<IrcBotContext, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.MatchTimeout == Regex.InfiniteMatchTimeout && !pattern.Options.HasFlag(RegexOptions.NonBacktracking))
        {
            throw new ArgumentException("Anybody writes what this pattern is matched with: give it RegexOptions.NonBacktracking, or a timeout.", nameof(pattern));
        }

        return Add(new IrcBotRule(pattern.ToString(), context => (context.Match = pattern.Match(context.Text)).Success, handler));
    }

    /// <summary>Hears messages of which a function says so. <b>Call</b>: for each message, in order; it must not take long.</summary>
    public IrcBotRule OnPattern(Func<IrcBotContext, bool> matches, Func<IrcBotContext, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return Add(new IrcBotRule("a pattern", matches, handler));
    }

    /// <summary>Hears the messages that no command and no pattern has taken. Only its answers count for the rate limit.</summary>
    public IrcBotBuilder OnMessage(Func<IrcBotContext, Task> handler) => Add(typeof(IrcTextEvent), hearsOwn: false, handler);

    /// <summary>Hears when somebody else joins a channel.</summary>
    public IrcBotBuilder OnJoin(Func<IrcBotContext, Task> handler) => Add(typeof(IrcJoinEvent), hearsOwn: false, handler);

    /// <summary>Hears when somebody else leaves a channel.</summary>
    public IrcBotBuilder OnPart(Func<IrcBotContext, Task> handler) => Add(typeof(IrcPartEvent), hearsOwn: false, handler);

    /// <summary>Hears when the bot is on the network, its channels joined: at first, and after each new connection.</summary>
    public IrcBotBuilder OnReady(Func<IrcBotContext, Task> handler) => Add(typeof(IrcReturnedEvent), hearsOwn: true, handler);

    /// <summary>Hears events of a kind, the bot's own included, but none of the past; the event is <see cref="IrcBotContext.Event"/>.</summary>
    /// <exception cref="ArgumentException">The kind is texts, which the other methods are for.</exception>
    public IrcBotBuilder On<TEvent>(Func<IrcBotContext, Task> handler)
        where TEvent : IrcClientEvent =>
        typeof(TEvent).IsAssignableFrom(typeof(IrcTextEvent))
            ? throw new ArgumentException("Texts are heard by OnMessage, OnCommand and OnPattern, which keep bots from answering each other.", nameof(handler))
            : Add(typeof(TEvent), hearsOwn: true, handler);

    /// <summary>Does something again and again, the first time after one interval. The next interval begins when it is done.</summary>
    /// <param name="interval">How long; a year at most.</param>
    /// <param name="task">What.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not above zero, or longer than a year.</exception>
    public IrcBotBuilder Every(TimeSpan interval, Func<IrcBot, CancellationToken, Task> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(interval, TimeSpan.FromDays(366));
        _jobs.Add(new IrcBotJob(_ => interval, task));
        return this;
    }

    /// <summary>Does something each day at a time of day.</summary>
    /// <param name="time">When.</param>
    /// <param name="task">What.</param>
    /// <param name="zone">Where that is the time. Default UTC. A time that a day does not have is taken as much later as the clock was put forward.</param>
    public IrcBotBuilder At(TimeOnly time, Func<IrcBot, CancellationToken, Task> task, TimeZoneInfo? zone = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        _jobs.Add(new IrcBotJob(now => IrcBotJob.UntilNext(time, zone ?? TimeZoneInfo.Utc, now), task));
        return this;
    }

    /// <summary>Adds what a module hears.</summary>
    public IrcBotBuilder Add(IIrcBotModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        module.Configure(this);
        return this;
    }

    private IrcBotRule Add(IrcBotRule rule)
    {
        _rules.Add(rule);
        return rule;
    }

    private IrcBotBuilder Add(Type type, bool hearsOwn, Func<IrcBotContext, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _events.Add((type, hearsOwn, handler));
        return this;
    }
}
