namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a user in a channel.</summary>
/// <param name="Nick">The nickname, as it is written.</param>
/// <param name="Prefixes">The prefixes, the highest first; empty for none. Without <c>multi-prefix</c> a server tells only the highest when one joins.</param>
public sealed record IrcClientMember(string Nick, string Prefixes = "")
{
    /// <summary>Tells whether the member has a prefix, <c>@</c> for instance.</summary>
    public bool Has(char prefix) => Prefixes.Contains(prefix, StringComparison.Ordinal);
}
