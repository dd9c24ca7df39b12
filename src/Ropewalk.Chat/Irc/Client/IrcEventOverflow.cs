namespace Ropewalk.Chat.Irc.Client;

/// <summary>Names what happens to events that nobody has read in time.</summary>
public enum IrcEventOverflow
{
    /// <summary>New events are lost, and how many stands in the stream at their place (<see cref="Session.IrcLostEvent"/>). The state stays true, and requests go on.</summary>
    Tell,

    /// <summary>The connection waits, and the server feels it. Not for a reader that awaits requests: their answers would wait behind the events that it does not read.</summary>
    Wait,
}
