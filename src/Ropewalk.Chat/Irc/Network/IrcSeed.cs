namespace Ropewalk.Chat.Irc.Network;

/// <summary>Holds what is drawn at random when a network starts.</summary>
/// <param name="Run">Tells this run's message ids from all others'.</param>
/// <param name="CloakKey">Makes cloaks that nobody can compute who has not got it: 32 bytes. Keep it, and an address keeps its cloak.</param>
internal sealed record IrcSeed(ulong Run, byte[] CloakKey)
{
    /// <summary>Tells nothing: the key is a secret.</summary>
    public override string ToString() => nameof(IrcSeed);
}
