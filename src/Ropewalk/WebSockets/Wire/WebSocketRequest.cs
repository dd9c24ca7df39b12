namespace Ropewalk.WebSockets.Wire;

/// <summary>Is a client's opening handshake that breaks no rule of the wire. <b>Spec</b>: RFC 6455 §4.1.</summary>
/// <param name="Path">The path, as it was sent.</param>
/// <param name="Query">What stands behind the question mark, or empty.</param>
/// <param name="Host">The <c>Host</c> field.</param>
/// <param name="Origin">The <c>Origin</c> field, or null: then it was no browser.</param>
/// <param name="Key">The nonce.</param>
/// <param name="Protocols">The subprotocols that are offered, the best first.</param>
internal sealed record WebSocketRequest(string Path, string Query, string Host, string? Origin, string Key, IReadOnlyList<string> Protocols);
