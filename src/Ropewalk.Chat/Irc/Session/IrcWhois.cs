namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is what a server says of a user who was asked for.</summary>
/// <param name="Nick">The nickname, as it is written.</param>
public sealed record IrcWhois(string Nick)
{
    /// <summary>Gets the user name, or null where it was not told.</summary>
    public string? User { get; init; }

    /// <summary>Gets the host, or null where it was not told.</summary>
    public string? Host { get; init; }

    /// <summary>Gets the real name, or null where it was not told.</summary>
    public string? RealName { get; init; }

    /// <summary>Gets the account; null if the user is logged in to none.</summary>
    public string? Account { get; init; }

    /// <summary>Gets the server that the user is on, or null where it was not told.</summary>
    public string? Server { get; init; }

    /// <summary>Gets the channels that one may know of, with the user's prefixes in front.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Gets why the user is away; null if the user is not.</summary>
    public string? AwayMessage { get; init; }

    /// <summary>Gets how long the user has said nothing; null where it was not told.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Gets since when the user is there; null where it was not told.</summary>
    public DateTimeOffset? SignedOnAt { get; init; }

    /// <summary>Gets whether the user is an operator of the network.</summary>
    public bool IsOperator { get; init; }

    /// <summary>Gets whether the user's connection is secure.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Gets whether the user is marked as a bot.</summary>
    public bool IsBot { get; init; }
}
