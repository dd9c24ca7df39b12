using Ping.Session;

namespace Ping.Server;

/// <summary>Holds what a server is set to.</summary>
public sealed class PingServerOptions
{
    /// <summary>Gets or sets the bounds of a conversation.</summary>
    public PingServerLimits Limits { get; set; } = new();

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
