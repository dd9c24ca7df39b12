namespace Ropewalk.Dns.Client;

/// <summary>Counts what a client has asked and heard since it was made.</summary>
/// <param name="Queries">Messages sent, each try counted.</param>
/// <param name="Answers">Answers taken.</param>
/// <param name="Timeouts">Tries that nobody answered in time.</param>
/// <param name="Truncated">Answers that were cut, and asked for again by TCP.</param>
/// <param name="Late">Messages that nothing waited for: answers after their time.</param>
/// <param name="WrongPeer">Datagrams from another address than the server's. Many of them mean that somebody tries to forge answers (RFC 5452 §4).</param>
/// <param name="WrongId">Messages with the number of no question that waits.</param>
/// <param name="WrongQuestion">Messages that do not repeat the question, or are no answers.</param>
/// <param name="WrongCookie">Messages with another cookie than the client's, or without one from a server that has cookies.</param>
/// <param name="WrongSignature">Messages that are not signed as they must be.</param>
/// <param name="Malformed">Messages that break the format.</param>
public readonly record struct DnsClientCounters(
    long Queries,
    long Answers,
    long Timeouts,
    long Truncated,
    long Late,
    long WrongPeer,
    long WrongId,
    long WrongQuestion,
    long WrongCookie,
    long WrongSignature,
    long Malformed)
{
    /// <summary>Gets how many messages were not taken for the answer of anything.</summary>
    public long Ignored => Late + WrongPeer + WrongId + WrongQuestion + WrongCookie + WrongSignature + Malformed;
}
