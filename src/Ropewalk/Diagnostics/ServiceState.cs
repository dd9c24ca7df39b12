namespace Ropewalk.Diagnostics;

/// <summary>Names where a service or one of its endpoints is in its life.</summary>
public enum ServiceState
{
    /// <summary>It is being made ready: names resolved, certificates loaded, sockets bound.</summary>
    Starting,

    /// <summary>It accepts connections or datagrams.</summary>
    Running,

    /// <summary>It takes nothing new; what it has is being ended.</summary>
    Draining,

    /// <summary>It is over.</summary>
    Stopped,

    /// <summary>It could not start, or its accept loop ended by itself. The error says why.</summary>
    Failed,
}
