namespace Ping.Wire;

/// <summary>Names what a client can want.</summary>
public enum PingRequestKind
{
    /// <summary><c>PING token</c></summary>
    Probe,

    /// <summary><c>QUIT</c></summary>
    Quit,
}
