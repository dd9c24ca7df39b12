namespace Ropewalk.Dns.Client;

/// <summary>Counts, from any thread.</summary>
internal sealed class ClientTally
{
    private readonly long[] _counts = new long[(int)ClientCount.Malformed + 1];

    public void Add(ClientCount count) => Interlocked.Increment(ref _counts[(int)count]);

    public void Add(AnswerVerdict verdict) => Add(verdict switch
    {
        AnswerVerdict.Answer => ClientCount.Answer,
        AnswerVerdict.WrongId => ClientCount.WrongId,
        AnswerVerdict.WrongQuestion => ClientCount.WrongQuestion,
        AnswerVerdict.WrongCookie or AnswerVerdict.MissingCookie => ClientCount.WrongCookie,
        AnswerVerdict.WrongSignature => ClientCount.WrongSignature,
        _ => ClientCount.Malformed,
    });

    public DnsClientCounters Read()
    {
        return new(
            Of(ClientCount.Query), Of(ClientCount.Answer), Of(ClientCount.Timeout), Of(ClientCount.Truncated), Of(ClientCount.Late), Of(ClientCount.WrongPeer),
            Of(ClientCount.WrongId), Of(ClientCount.WrongQuestion), Of(ClientCount.WrongCookie), Of(ClientCount.WrongSignature), Of(ClientCount.Malformed));

        long Of(ClientCount count) => Interlocked.Read(ref _counts[(int)count]);
    }
}
