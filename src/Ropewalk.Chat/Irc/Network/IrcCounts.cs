namespace Ropewalk.Chat.Irc.Network;

/// <summary>Counts what LUSERS and the metrics tell.</summary>
internal sealed class IrcCounts
{
    /// <summary>Gets or sets how many connections have not registered yet.</summary>
    public int Unknown { get; set; }

    public int Registered { get; set; }

    public int Invisible { get; set; }

    public int Operators { get; set; }

    /// <summary>Gets or sets the most users that were registered at once.</summary>
    public int MostRegistered { get; set; }

    /// <summary>Gets or sets how many messages were relayed.</summary>
    public long Messages { get; set; }

    /// <summary>Gets or sets how many were closed because they did not read.</summary>
    public long SendQueuesExceeded { get; set; }
}
