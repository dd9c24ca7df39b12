namespace Ropewalk.Transports.Sockets;

/// <summary>Sets what sockets of the engine's transports are like. Read when a listener is bound or a connection made.</summary>
public class SocketTransportOptions : StreamTransportOptions
{
    /// <summary>Gets or sets how many connections the system keeps until they are accepted. Default 512 (Kestrel's).</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Gets or sets whether small writes leave at once (TCP_NODELAY). Default true: what is flushed is meant to leave.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Gets or sets whether the system probes idle peers (SO_KEEPALIVE). Default true.</summary>
    public bool KeepAlive { get; set; } = true;

    /// <summary>Gets or sets the idle time before the first probe. Default 2 minutes (below the 5-minute state of common NATs).</summary>
    public TimeSpan KeepAliveTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the time between probes. Default 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets after how many lost probes the peer counts as gone. Default 4.</summary>
    public int KeepAliveRetries { get; set; } = 4;

    /// <summary>Gets or sets the system's send buffer of each connection (SO_SNDBUF, in bytes). Default null: the system sizes it by use.</summary>
    public int? SendBufferBytes { get; set; }

    /// <summary>Gets or sets the system's receive buffer of each connection (SO_RCVBUF, in bytes). Default null: the system sizes it by use.</summary>
    public int? ReceiveBufferBytes { get; set; }
}
