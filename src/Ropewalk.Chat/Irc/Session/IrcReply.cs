using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a message as a request sees it.</summary>
/// <param name="Message">The message.</param>
/// <param name="State">The state after it.</param>
/// <param name="IsOwn">Whether it came from the client itself, by its nickname before the message.</param>
/// <param name="IsLabeled">Whether it has the request's label.</param>
/// <param name="Event">What it told; null where it told nothing.</param>
internal readonly record struct IrcReply(IrcMessage Message, IrcClientState State, bool IsOwn, bool IsLabeled, IrcClientEvent? Event)
{
    public bool Is(int numeric) => Message.Numeric == numeric;

    /// <summary>Tells whether a parameter is a name.</summary>
    public bool Names(int parameter, string name) => State.AreSame(Message[parameter], name);
}
