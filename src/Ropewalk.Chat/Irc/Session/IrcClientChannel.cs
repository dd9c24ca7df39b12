using System.Collections.Immutable;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a channel that the client is in. A value: what changes makes a new one.</summary>
/// <param name="Name">The name, as the server writes it.</param>
public sealed record IrcClientChannel(string Name)
{
    /// <summary>Gets the members by nickname, found in any case that the server takes for the same.</summary>
    public ImmutableDictionary<string, IrcClientMember> Members { get; init; } = ImmutableDictionary<string, IrcClientMember>.Empty;

    /// <summary>Gets whether the server has told all members.</summary>
    public bool AreMembersKnown { get; init; }

    /// <summary>Gets whether there are more members than the limits let the client keep.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Gets the topic; null where there is none.</summary>
    public string? Topic { get; init; }

    /// <summary>Gets who set the topic, as the server says it; null where it is not known.</summary>
    public string? TopicSetBy { get; init; }

    /// <summary>Gets when the topic was set; null where it is not known.</summary>
    public DateTimeOffset? TopicSetAt { get; init; }

    /// <summary>Gets the modes that are set, with their parameters. Lists of masks are not among them.</summary>
    public ImmutableSortedDictionary<char, string?> Modes { get; init; } = ImmutableSortedDictionary<char, string?>.Empty;

    /// <summary>Gets the key that lets one in, or null.</summary>
    public string? Key { get; init; }

    /// <summary>Gets when the channel was made; null where it is not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
