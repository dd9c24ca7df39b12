namespace Ropewalk.Client;

/// <summary>Bounds how a client connects.</summary>
public sealed class ConnectionClientOptions
{
    /// <summary>
    /// Gets or sets how long connecting may take, names and TLS included. Default 30 s (Twisted's <c>timeout=30</c>; the system's own limit
    /// is two minutes and more).
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
    }
}
