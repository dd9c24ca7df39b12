namespace Ropewalk.Diagnostics;

/// <summary>Tells how one live connection is doing.</summary>
/// <param name="Id">The connection's identifier, as in the logs.</param>
/// <param name="Service">The service it belongs to.</param>
/// <param name="Endpoint">The endpoint string it came in by, its secrets hidden.</param>
/// <param name="Remote">The peer's address; null where it has none.</param>
/// <param name="Age">How long it has been open.</param>
/// <param name="ReceivedBytes">The bytes received from the peer.</param>
/// <param name="SentBytes">The bytes sent to the peer.</param>
/// <param name="BufferedBytes">The bytes held for it in memory, in both directions.</param>
public sealed record ConnectionStatus(
    string Id,
    string Service,
    string Endpoint,
    string? Remote,
    TimeSpan Age,
    long ReceivedBytes,
    long SentBytes,
    long BufferedBytes);
