using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what is kept of a registered channel: who it belongs to, and how it is set.</summary>
internal sealed record IrcChannelRegistration
{
    /// <summary>Gets the channel's name.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Gets the account that it belongs to.</summary>
    public required byte[] Founder { get; init; }

    /// <summary>Gets when that account was made, in seconds of Unix time; 0 where it is not known.</summary>
    public long FounderSince { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Gets the ranks that accounts get when they join, by folded name.</summary>
    public IReadOnlyDictionary<byte[], IrcAccess> Access { get; init; } = new Dictionary<byte[], IrcAccess>();

    public IrcChannelModes Modes { get; init; }

    public byte[]? Key { get; init; }

    public int Limit { get; init; }

    public byte[]? Topic { get; init; }

    public byte[] TopicSetBy { get; init; } = [];

    public DateTimeOffset TopicSetAt { get; init; }

    public IReadOnlyList<IrcMaskEntry> Bans { get; init; } = [];

    public IReadOnlyList<IrcMaskEntry> BanExceptions { get; init; } = [];

    public IReadOnlyList<IrcMaskEntry> InviteExceptions { get; init; } = [];

    /// <summary>Says whether the channel belongs to a user.</summary>
    public bool IsFounder(IrcUser user) => user.Account is { } account && user.AccountSince == FounderSince && IrcCaseMapping.Ascii.Equals(account, Founder);

    /// <summary>Gives the rank that the channel's owner and its access list give a user.</summary>
    public IrcMemberModes RankOf(IrcUser user) => 0 switch
    {
        _ when IsFounder(user) => IrcMemberModes.Founder | IrcMemberModes.Operator,
        _ when user.Account is { } account && Access.TryGetValue(IrcCaseMapping.Ascii.Fold(account), out IrcAccess access) && access.Since == user.AccountSince => access.Ranks,
        _ => IrcMemberModes.None,
    };

    /// <summary>Gives the registration without what an account got that is no more.</summary>
    public IrcChannelRegistration Without(byte[] account)
    {
        byte[] name = IrcCaseMapping.Ascii.Fold(account);
        return Access.ContainsKey(name) ? this with { Access = Copy(entry => !IrcCaseMapping.Ascii.Equals(entry.Key, name)) } : this;
    }

    /// <summary>Gives the registration for the accounts that there are: what is of others that had their names gives nothing.</summary>
    /// <param name="accounts">When each was made, by folded name.</param>
    public IrcChannelRegistration Bind(IReadOnlyDictionary<byte[], long> accounts)
    {
        const long Nobody = -1;
        return this with
        {
            // Of those that were written before that was known, the present ones are meant.
            FounderSince = FounderSince == 0 ? accounts.GetValueOrDefault(IrcCaseMapping.Ascii.Fold(Founder), Nobody) : FounderSince,
            Access = new Dictionary<byte[], IrcAccess>(
                Access.Where(entry => accounts.TryGetValue(entry.Key, out long since) && (entry.Value.Since == 0 || entry.Value.Since == since))
                    .Select(entry => KeyValuePair.Create(entry.Key, entry.Value with { Since = accounts[entry.Key] })),
                IrcCaseMapping.Ascii),
        };
    }

    private Dictionary<byte[], IrcAccess> Copy(Func<KeyValuePair<byte[], IrcAccess>, bool> isKept) => new(Access.Where(isKept), IrcCaseMapping.Ascii);
}
