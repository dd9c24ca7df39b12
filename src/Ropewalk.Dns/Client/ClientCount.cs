namespace Ropewalk.Dns.Client;

/// <summary>Is one of the numbers that a client counts.</summary>
internal enum ClientCount
{
    Query,
    Answer,
    Timeout,
    Truncated,
    Late,
    WrongPeer,
    WrongId,
    WrongQuestion,
    WrongCookie,
    WrongSignature,
    Malformed,
}
