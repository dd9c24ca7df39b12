namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Is who a message comes from: a server, or a user by nickname, user name and host.</summary>
/// <remarks><b>Shape</b>: <c>servername</c> or <c>nickname ['!' user] ['@' host]</c>. <b>Spec</b>: RFC 2812 §2.3.1.</remarks>
/// <param name="Name">The nickname, or the server's name.</param>
/// <param name="User">The user name, or null.</param>
/// <param name="Host">The host, or null.</param>
public readonly record struct IrcSource(string Name, string? User = null, string? Host = null)
{
    /// <summary>Gets whether there is no source: the message is the connection's other side's own.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Name);

    /// <summary>Gets whether it looks like a server: no user, no host, and a dot, which a nickname cannot hold.</summary>
    public bool IsServer => User is null && Host is null && Name is not null && Name.Contains('.', StringComparison.Ordinal);

    /// <summary>Parses a source. Every text is one: what cannot be told apart is the name.</summary>
    public static IrcSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.LastIndexOf('@');
        string? host = at < 0 ? null : text[(at + 1)..];
        string rest = at < 0 ? text : text[..at];
        int mark = rest.IndexOf('!', StringComparison.Ordinal);
        return mark < 0 ? new IrcSource(rest, null, host) : new IrcSource(rest[..mark], rest[(mark + 1)..], host);
    }

    /// <summary>Gives the source as it stands in a message, without the colon.</summary>
    public override string ToString() => Name + (User is null ? "" : "!" + User) + (Host is null ? "" : "@" + Host);
}
