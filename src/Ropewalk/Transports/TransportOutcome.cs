namespace Ropewalk.Transports;

/// <summary>What a non-blocking transfer of bytes came to.</summary>
internal enum TransportOutcome
{
    /// <summary>Bytes were moved; zero received bytes mean the end of the peer's output.</summary>
    Moved,

    /// <summary>Nothing can be moved now.</summary>
    WouldBlock,

    /// <summary>The peer reset the connection.</summary>
    Reset,

    /// <summary>It cannot be done this way; nothing has happened.</summary>
    Unsupported,

    /// <summary>The system refused for another reason.</summary>
    Failed,
}
