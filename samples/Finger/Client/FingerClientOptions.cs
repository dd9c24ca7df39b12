using Finger.Session;

namespace Finger.Client;

/// <summary>Holds what a client is set to.</summary>
public sealed class FingerClientOptions
{
    /// <summary>Gets or sets the bounds of a conversation.</summary>
    public FingerClientLimits Limits { get; set; } = new();

    /// <summary>Gets or sets the port that is asked. Default 79 (RFC 1288 §2.1).</summary>
    public int Port { get; set; } = 79;

    /// <summary>Gets or sets whether characters above ASCII are left in answers. Default false (RFC 1288 §3.3).</summary>
    public bool AllowsInternational { get; set; }

    /// <summary>Gets or sets whether control characters are left in answers. Default false (RFC 1288 §3.3): they drive the reader's terminal.</summary>
    public bool AllowsControls { get; set; }

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
