namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one SASL exchange as the wire sees it: the pieces of a response that is not whole yet.</summary>
internal sealed class IrcSaslState
{
    /// <summary>Gets the base 64 letters that have come.</summary>
    public IrcBytes Pieces { get; } = new(0);
}
