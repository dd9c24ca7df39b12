namespace Ping.Wire;

/// <summary>Names what a server can say.</summary>
public enum PingReplyKind
{
    /// <summary><c>PONG token</c></summary>
    Pong,

    /// <summary><c>ERROR rule</c></summary>
    Error,

    /// <summary><c>BYE</c></summary>
    Bye,
}
