namespace Ropewalk.Dns.Session;

/// <summary>Names what a <see cref="DnsStreamSession"/> tells.</summary>
public enum DnsStreamEventKind : byte
{
    /// <summary>A transfer has begun.</summary>
    TransferBegun,

    /// <summary>A transfer has a message to write: <see cref="DnsStreamSession.WriteTransfer"/> is to be called on a later turn, after new input has been looked at.</summary>
    TransferWaits,

    /// <summary>The last message of a transfer has been written.</summary>
    TransferComplete,

    /// <summary>A transfer was refused; told once for a connection, however often it asks.</summary>
    TransferRefused,
}
