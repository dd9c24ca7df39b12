namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names what an operator of the network may do.</summary>
[Flags]
public enum IrcOperatorRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To end connections: KILL.</summary>
    Kill = 1,

    /// <summary>To keep users and addresses out: KLINE, DLINE and their opposites.</summary>
    Ban = 2,

    /// <summary>To have the configuration read again: REHASH.</summary>
    Rehash = 4,

    /// <summary>To join, speak in and set modes of any channel.</summary>
    Override = 8,

    /// <summary>To see secret channels, invisible users and real addresses.</summary>
    Audit = 0x10,

    /// <summary>To talk to all operators and users: WALLOPS.</summary>
    Announce = 0x20,

    /// <summary>To stop the server: DIE.</summary>
    Stop = 0x40,

    /// <summary>To reset passwords, suspend and drop others' accounts and channels.</summary>
    Services = 0x80,

    /// <summary>Everything.</summary>
    All = 0xFF,
}
