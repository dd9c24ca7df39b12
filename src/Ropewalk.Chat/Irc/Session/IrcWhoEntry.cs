using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is one user in the answer to <c>WHO</c>.</summary>
/// <param name="Nick">The nickname.</param>
/// <param name="User">The user name.</param>
/// <param name="Host">The host.</param>
/// <param name="Server">The server that the user is on.</param>
/// <param name="Channel">A channel that the user is in, or null.</param>
/// <param name="Prefixes">The user's prefixes in that channel.</param>
/// <param name="RealName">The real name.</param>
public sealed record IrcWhoEntry(string Nick, string User, string Host, string Server, string? Channel, string Prefixes, string RealName)
{
    /// <summary>Gets whether the user is away.</summary>
    public bool IsAway { get; init; }

    /// <summary>Gets whether the user is an operator of the network.</summary>
    public bool IsOperator { get; init; }

    /// <summary>Gets whether the user is marked as a bot.</summary>
    public bool IsBot { get; init; }

    /// <summary>Gets the account; null if there is none, or it is not known.</summary>
    public string? Account { get; init; }

    /// <summary>Gets whether the server has said which account, if any.</summary>
    public bool IsAccountKnown { get; init; }

    /// <summary>Reads a 352, or a 354 with the fields that this client asks for; null if it is another.</summary>
    internal static IrcWhoEntry? Of(IrcMessage message, IrcServerFeatures features)
    {
        bool isPlain = message.Numeric == IrcNumeric.RplWhoReply;
        if (isPlain ? message.Parameters.Count < 8 : message.Parameters.Count < 10 || message[1] != IrcNumericTracker.WhoToken)
        {
            return null;
        }

        // 352: me channel user host server nick flags :hops realname
        // 354: me token channel user host server nick flags account :realname
        int at = isPlain ? 1 : 2;
        string flags = message[at + 5];
        string last = message.Last;
        int space = last.IndexOf(' ', StringComparison.Ordinal);
        string realName = !isPlain ? last : space < 0 ? "" : last[(space + 1)..];
        return new IrcWhoEntry(
            message[at + 4],
            message[at + 1],
            message[at + 2],
            message[at + 3],
            message[at] == "*" ? null : message[at],
            new string([.. flags.Where(flag => features.Prefixes.Contains(flag, StringComparison.Ordinal))]),
            realName)
        {
            IsAway = flags.StartsWith('G'),
            IsOperator = flags.Contains('*', StringComparison.Ordinal),
            IsBot = features.BotMode is { } bot && flags.Contains(bot, StringComparison.Ordinal),
            Account = isPlain || message[8] is "0" or "" ? null : message[8],
            IsAccountKnown = !isPlain,
        };
    }
}
