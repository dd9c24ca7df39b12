namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what a client has said of itself until it is registered; then it is forgotten.</summary>
internal sealed class IrcRegistrationState
{
    public bool HasNick { get; set; }

    /// <summary>Gets or sets a nickname that is an account's, and is asked for by who may still log in to it; nobody holds it meanwhile.</summary>
    public byte[]? WantedNick { get; set; }

    public bool HasUser { get; set; }

    /// <summary>Gets or sets whether the client negotiates capabilities: registration waits for its CAP END.</summary>
    public bool IsNegotiating { get; set; }

    public byte[]? Password { get; set; }
}
