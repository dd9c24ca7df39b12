using System.Collections.Immutable;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is all that a client knows of the network at one moment: itself, its channels, the users that it sees. A value: it never changes, and what is in it fits together.</summary>
/// <remarks><b>Call</b>: from any thread.</remarks>
public sealed record IrcClientState
{
    /// <summary>Gets the client's own nickname.</summary>
    public string Nick { get; init; } = "*";

    /// <summary>Gets the user name that others see; null where it is not known.</summary>
    public string? User { get; init; }

    /// <summary>Gets the host that others see; null where it is not known.</summary>
    public string? Host { get; init; }

    /// <summary>Gets the account that the client is logged in to, or null.</summary>
    public string? Account { get; init; }

    /// <summary>Gets whether the server has taken the client for away.</summary>
    public bool IsAway { get; init; }

    /// <summary>Gets the client's own user modes.</summary>
    public ImmutableSortedSet<char> UserModes { get; init; } = [];

    /// <summary>Gets the server's name; null before it has said one.</summary>
    public string? ServerName { get; init; }

    /// <summary>Gets what the server says of itself.</summary>
    public IrcServerFeatures Features { get; init; } = IrcServerFeatures.None;

    /// <summary>Gets the capabilities that the server offers, with their values.</summary>
    public ImmutableSortedDictionary<string, string> OfferedCapabilities { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Gets the capabilities that are in use.</summary>
    public ImmutableSortedSet<string> Capabilities { get; init; } = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>Gets the channels that the client is in, by name.</summary>
    public ImmutableDictionary<string, IrcClientChannel> Channels { get; init; } = ImmutableDictionary.Create<string, IrcClientChannel>(IrcCaseMapping.Rfc1459);

    /// <summary>Gets the users that the client shares a channel with, itself included, by nickname.</summary>
    public ImmutableDictionary<string, IrcClientUser> Users { get; init; } = ImmutableDictionary.Create<string, IrcClientUser>(IrcCaseMapping.Rfc1459);

    /// <summary>Gets the nicknames that are watched, and whether each is there.</summary>
    public ImmutableDictionary<string, bool> Monitored { get; init; } = ImmutableDictionary.Create<string, bool>(IrcCaseMapping.Rfc1459);

    /// <summary>Gets the time that the last ping took; null before the first.</summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>Gets whether the server has let the client in.</summary>
    public bool IsRegistered { get; init; }

    /// <summary>Tells whether a capability is in use.</summary>
    public bool Has(string capability) => Capabilities.Contains(capability);

    /// <summary>Tells whether a nickname is the client's own.</summary>
    public bool IsSelf(string nick) => Features.CaseMapping.Equals(nick, Nick);

    /// <summary>Tells whether two names are the same on this network.</summary>
    public bool AreSame(string name, string other) => Features.CaseMapping.Equals(name, other);

    /// <summary>Finds a channel that the client is in; null if it is not.</summary>
    public IrcClientChannel? FindChannel(string name) => name is not null && Channels.TryGetValue(name, out IrcClientChannel? channel) ? channel : null;

    /// <summary>Finds a user that the client sees; null if it sees none of that name.</summary>
    public IrcClientUser? FindUser(string nick) => nick is not null && Users.TryGetValue(nick, out IrcClientUser? user) ? user : null;
}
