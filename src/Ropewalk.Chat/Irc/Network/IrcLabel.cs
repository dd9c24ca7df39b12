namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is the label of one command, and how far its response has come. <b>Spec</b>: IRCv3 labeled-response.</summary>
internal sealed class IrcLabel(byte[] value)
{
    public byte[] Value { get; } = value;

    /// <summary>Gets or sets how many lines the response has had.</summary>
    public int Lines { get; set; }

    /// <summary>Gets or sets the batch around the response; 0 if there is none yet.</summary>
    public long Batch { get; set; }
}
