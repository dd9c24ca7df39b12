using Finger.Session;

namespace Finger.Server;

/// <summary>Holds what a server is set to.</summary>
public sealed class FingerServerOptions
{
    /// <summary>Gets or sets the bounds of a conversation. They apply to new connections.</summary>
    public FingerServerLimits Limits { get; set; } = new();

    /// <summary>Gets or sets how long the directory, or a host that a query is forwarded to, may take. Default 30 s.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets what asks other hosts; null where forwarding is refused, which is the default.</summary>
    public IFingerForwarder? Forwarder { get; set; }

    /// <summary>Gets or sets what each query is reported to, with the client's address: the audit trail of RFC 1288 §3.2.7. Null for none.</summary>
    public Action<string?, FingerServerEvent>? Audit { get; set; }
}
