namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is what a client knows of a user whom it can see. A value: what changes makes a new one.</summary>
/// <param name="Nick">The nickname, as it is written.</param>
public sealed record IrcClientUser(string Nick)
{
    /// <summary>Gets the user name, or null where it is not known.</summary>
    public string? User { get; init; }

    /// <summary>Gets the host, or null where it is not known.</summary>
    public string? Host { get; init; }

    /// <summary>Gets the account; null if the user is logged in to none, or it is not known (<see cref="IsAccountKnown"/>).</summary>
    public string? Account { get; init; }

    /// <summary>Gets whether the server has said which account, if any.</summary>
    public bool IsAccountKnown { get; init; }

    /// <summary>Gets the real name, or null where it is not known.</summary>
    public string? RealName { get; init; }

    /// <summary>Gets whether the user is away; null where it is not known.</summary>
    public bool? IsAway { get; init; }

    /// <summary>Gets why the user is away, or null.</summary>
    public string? AwayMessage { get; init; }

    /// <summary>Gets whether the user is marked as a bot.</summary>
    public bool IsBot { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Nick + (User is null ? "" : "!" + User) + (Host is null ? "" : "@" + Host);
}
