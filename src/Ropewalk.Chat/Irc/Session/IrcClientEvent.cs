using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is something that happened on the network, or to the connection.</summary>
/// <remarks>
/// The state that the client shows when the event is read is not older than the event, but it may be newer: lines that came behind it may have changed it already. Whose account
/// somebody has is therefore to be taken from the event (<see cref="Account"/>), never from who has the nickname when it is read.
/// </remarks>
public abstract record IrcClientEvent
{
    private readonly Stamp _known;

    /// <summary>Gets the message that told it; null for what no message told.</summary>
    public IrcMessage? Message { get; init; }

    /// <summary>Gets when it happened: the server's time where it says one, else when it came.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Gets the batch that it came in, or null.</summary>
    public IrcBatch? Batch { get; init; }

    /// <summary>Gets who did it; empty where nobody is named.</summary>
    public IrcSource Source => Message?.Source ?? default;

    /// <summary>Gets the account of who did it, as the server vouches for it; null if there is none, or the server does not tag messages so (<c>account-tag</c>).</summary>
    public string? Account => Message?.Tag("account");

    /// <summary>Gets what was known when it came, the event included; null for what no session told. What may be decided by who did it is decided by this.</summary>
    internal IrcClientState? State
    {
        get => _known.State;
        init => _known = new Stamp(value);
    }

    /// <summary>Gets the id that the network gave the message, or null.</summary>
    public string? MessageId => Message?.Tag("msgid");

    // Two events are the same if they tell the same: what else was known then makes no difference.
    private readonly struct Stamp(IrcClientState? state) : IEquatable<Stamp>
    {
        public IrcClientState? State => state;

        public bool Equals(Stamp other) => true;

        public override bool Equals(object? obj) => obj is Stamp;

        public override int GetHashCode() => 0;
    }
}

/// <summary>Tells that the server has let the client in; messages of the day may follow.</summary>
public sealed record IrcRegisteredEvent(string Nick) : IrcClientEvent;

/// <summary>Tells that the server has said all that it says at first: its features are known.</summary>
public sealed record IrcReadyEvent(string Nick) : IrcClientEvent;

/// <summary>Tells a text: a message, a notice, or what somebody does.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Target">The channel, without a prefix, or the client's own nickname, or another's in an echo.</param>
/// <param name="Text">The text.</param>
public sealed record IrcTextEvent(IrcTextKind Kind, string Target, string Text) : IrcClientEvent
{
    /// <summary>Gets the prefixes in front of the target: a text to <c>@#channel</c> is for its operators. Empty for none.</summary>
    public string StatusPrefix { get; init; } = "";

    /// <summary>Gets whether it went to a channel.</summary>
    public bool IsInChannel { get; init; }

    /// <summary>Gets whether the client sent it itself: the server's echo.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Gets where an answer goes: the channel (and the part of it), or who wrote.</summary>
    public string ReplyTarget => IsInChannel ? StatusPrefix + Target : IsOwn ? Target : Source.Name;
}

/// <summary>Tells a request from another client, or the reply to one (<see cref="IsReply"/>). What is answered was answered.</summary>
public sealed record IrcCtcpEvent(string Target, IrcCtcp Ctcp, bool IsReply) : IrcClientEvent;

/// <summary>Tells a message of tags alone: somebody types, or reacts. <b>Spec</b>: IRCv3 message-tags, <c>TAGMSG</c>.</summary>
public sealed record IrcTagsEvent(string Target) : IrcClientEvent;

/// <summary>Tells that somebody joined a channel; the client itself if <paramref name="IsOwn"/>.</summary>
public sealed record IrcJoinEvent(string Channel, string Nick, bool IsOwn) : IrcClientEvent;

/// <summary>Tells that somebody left a channel.</summary>
public sealed record IrcPartEvent(string Channel, string Nick, string Reason, bool IsOwn) : IrcClientEvent;

/// <summary>Tells that somebody was made to leave a channel; the client itself if <paramref name="IsOwn"/>.</summary>
public sealed record IrcKickEvent(string Channel, string Nick, string Reason, bool IsOwn) : IrcClientEvent;

/// <summary>Tells that somebody left the network.</summary>
/// <param name="Nick">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Channels">The channels of the client's that they were in.</param>
public sealed record IrcQuitEvent(string Nick, string Reason, IReadOnlyList<string> Channels) : IrcClientEvent;

/// <summary>Tells that somebody has another nickname; the client itself if <paramref name="IsOwn"/>.</summary>
public sealed record IrcNickEvent(string Old, string Nick, bool IsOwn) : IrcClientEvent;

/// <summary>Tells a channel's topic, which somebody has set; null if it was taken away.</summary>
public sealed record IrcTopicEvent(string Channel, string? Topic) : IrcClientEvent;

/// <summary>Tells changes of a channel's modes, or of the client's own where the target is its nickname.</summary>
public sealed record IrcModeEvent(string Target, IReadOnlyList<IrcClientModeChange> Changes) : IrcClientEvent;

/// <summary>Tells an invitation: the client's own if <paramref name="IsOwn"/>, else one that it may know of.</summary>
public sealed record IrcInviteEvent(string Channel, string Nick, bool IsOwn) : IrcClientEvent;

/// <summary>Tells that somebody went away or came back.</summary>
public sealed record IrcAwayEvent(string Nick, bool IsAway, string? Reason) : IrcClientEvent;

/// <summary>Tells that somebody logged in, or out if the account is null.</summary>
public sealed record IrcAccountEvent(string Nick, string? NewAccount) : IrcClientEvent;

/// <summary>Tells that somebody has another user name and host.</summary>
public sealed record IrcHostEvent(string Nick, string User, string Host) : IrcClientEvent;

/// <summary>Tells that somebody has another real name.</summary>
public sealed record IrcRealNameEvent(string Nick, string RealName) : IrcClientEvent;

/// <summary>Tells that the client itself is logged in, or not any more: then the account is null.</summary>
public sealed record IrcLoginEvent(string? NewAccount) : IrcClientEvent;

/// <summary>Tells that somebody who is watched came or went.</summary>
public sealed record IrcPresenceEvent(string Nick, bool IsOnline) : IrcClientEvent;

/// <summary>Tells that other capabilities are in use than before.</summary>
public sealed record IrcCapabilitiesEvent(IReadOnlyList<string> Added, IReadOnlyList<string> Removed) : IrcClientEvent;

/// <summary>Tells a standard reply that no request was waiting for. <b>Spec</b>: IRCv3 standard replies.</summary>
public sealed record IrcStandardReplyEvent(IrcStandardReply Reply) : IrcClientEvent;

/// <summary>Tells messages of the past, in order. They change no state.</summary>
/// <param name="Target">Whose: a channel, or somebody's nickname.</param>
/// <param name="Past">The events as they were, each with its own time.</param>
public sealed record IrcHistoryEvent(string Target, IReadOnlyList<IrcClientEvent> Past) : IrcClientEvent;

/// <summary>Tells a numeric that no request was waiting for, beside those that only change the state.</summary>
public sealed record IrcNumericEvent(int Numeric, string Text) : IrcClientEvent;

/// <summary>Tells a message that means nothing to this client.</summary>
public sealed record IrcOtherEvent() : IrcClientEvent;

/// <summary>Tells how long the server took to answer a ping.</summary>
public sealed record IrcLagEvent(TimeSpan Lag) : IrcClientEvent;

/// <summary>Tells that a line of the server's was dropped.</summary>
public sealed record IrcMalformedEvent(IrcViolation Violation) : IrcClientEvent;

/// <summary>Tells that as many events were lost at this place, because nobody read the stream in time.</summary>
public sealed record IrcLostEvent(long Count) : IrcClientEvent;

/// <summary>Tells that the server gave the reason for which it ends the connection (<c>ERROR</c>).</summary>
public sealed record IrcErrorEvent(string Text) : IrcClientEvent;

/// <summary>Tells what the server wants of secure connections. <b>Spec</b>: IRCv3 STS.</summary>
/// <param name="Port">Where it takes them; null on a connection that is one.</param>
/// <param name="Duration">For how long; null on a connection that is not secure.</param>
public sealed record IrcStsEvent(int? Port, TimeSpan? Duration) : IrcClientEvent;

/// <summary>Tells a challenge of SASL; the application answers with the session's <c>AnswerChallenge</c>.</summary>
/// <param name="Mechanism">The mechanism.</param>
/// <param name="Challenge">The challenge; empty to begin.</param>
/// <param name="IsFirst">Whether the exchange begins.</param>
public sealed record IrcChallengeEvent(string Mechanism, ReadOnlyMemory<byte> Challenge, bool IsFirst) : IrcClientEvent;

/// <summary>Tells that the connection has ended. Nothing follows.</summary>
public sealed record IrcEndedEvent(ConnectionEnd End) : IrcClientEvent;

/// <summary>Tells that a client which stays on the network is on it again, its channels joined and what it missed told.</summary>
public sealed record IrcReturnedEvent(string Nick) : IrcClientEvent;
