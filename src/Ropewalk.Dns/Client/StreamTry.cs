using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Waits for the answer to one question on a connection.</summary>
internal sealed class StreamTry(SentQuery query)
{
    private readonly TaskCompletionSource<DnsMessage?> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the question.</summary>
    public SentQuery Query => query;

    /// <summary>Gets the answer, or null if there was none in time.</summary>
    public Task<DnsMessage?> Answered => _answered.Task;

    public void TakeAnswer(DnsMessage answer) => _answered.TrySetResult(answer);

    public void Fail(DnsQueryException failure) => _answered.TrySetException(failure);

    public void EndPatience() => _answered.TrySetResult(null);

    public void Cancel(CancellationToken token) => _answered.TrySetCanceled(token);
}
