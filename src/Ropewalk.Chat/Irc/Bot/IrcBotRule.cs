using Ropewalk.Chat.Irc.Session;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Is a command or a pattern of a bot; it may say who may use it.</summary>
public sealed class IrcBotRule
{
    private readonly Func<IrcBotContext, bool> _matches;
    private readonly List<Func<IrcBotContext, bool>> _required = [];

    internal IrcBotRule(string name, Func<IrcBotContext, bool> matches, Func<IrcBotContext, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Name = name;
        _matches = matches;
        Handler = handler;
    }

    internal string Name { get; }

    internal Func<IrcBotContext, Task> Handler { get; }

    /// <summary>Lets only users use it who are logged in to an account.</summary>
    public IrcBotRule RequireAccount() => Require(context => context.Account is not null);

    /// <summary>Lets only users use it who are logged in to one of these accounts. The network vouches for accounts; nicknames belong to nobody.</summary>
    public IrcBotRule RequireAccounts(params string[] accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return Require(context => context.Account is { } account && accounts.Any(one => context.State.AreSame(one, account)));
    }

    /// <summary>Lets only members of the channel use it who have a rank, or a higher one. In private nobody has one.</summary>
    /// <param name="prefix">The rank's prefix: <c>@</c> for operators.</param>
    public IrcBotRule RequireRank(char prefix) => Require(context => HasRank(context, prefix));

    /// <summary>Lets only users use it of whom a function says so. <b>Call</b>: before the handler, in order; it must not take long.</summary>
    public IrcBotRule Require(Func<IrcBotContext, bool> may)
    {
        ArgumentNullException.ThrowIfNull(may);
        _required.Add(may);
        return this;
    }

    internal bool Matches(IrcBotContext context) => _matches(context);

    internal bool Permits(IrcBotContext context) => _required.TrueForAll(may => may(context));

    private static bool HasRank(IrcBotContext context, char prefix)
    {
        string ranks = context.State.Features.Prefixes;
        int least = ranks.IndexOf(prefix, StringComparison.Ordinal);
        return least >= 0
            && context.Channel is { } name
            && context.State.FindChannel(name) is { } channel
            && channel.Members.TryGetValue(context.Nick, out IrcClientMember? member)
            && ranks[..(least + 1)].Any(member.Has);
    }
}
