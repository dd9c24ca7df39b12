namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what a TOPIC or a MODE will change in a channel: checked, and not done yet, because a registered channel is kept before anybody is told.</summary>
internal sealed class IrcChannelChange
{
    /// <summary>Gets or sets whether the topic changes.</summary>
    public bool SetsTopic { get; init; }

    public byte[]? Topic { get; init; }

    /// <summary>Gets the changes of modes, in order.</summary>
    public List<IrcModeChange> Modes { get; } = [];
}
