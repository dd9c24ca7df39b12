using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// The writing half of a <see cref="TlsTransport"/>: many small pieces are encrypted in one record. <c>FlushAsync</c> waits while the transport
/// below is full; completing sends <c>close_notify</c>.
/// </summary>
internal sealed class TlsOutput(TlsTransport tls) : LayeredOutput, IThreadPoolWorkItem
{
    /// <summary>Sealed bytes are handed to the transport at least this often.</summary>
    private const int FlushBytes = 64 * 1024;

    void IThreadPoolWorkItem.Execute() => Send();

    protected override void PostSend() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    protected override async ValueTask<bool> WriteBelowAsync(ReadOnlyMemory<byte> bytes)
    {
        // the stream is corked: this completes at once
        await tls.Ssl.WriteAsync(bytes);
        return tls.Stream.CorkedBytes < FlushBytes || await FlushBelowAsync();
    }

    protected override async ValueTask EndBelowAsync() => await tls.Ssl.ShutdownAsync();

    protected override async ValueTask<bool> FlushBelowAsync()
    {
        await tls.Stream.FlushOutputAsync(CancellationToken.None);
        return !tls.Stream.OutputRefused;
    }

    protected override void AbortBelow(Exception exception) => tls.AbortOutput(exception);

    protected override void OnDone() => tls.OnOutputDone();

    protected override void Post(Action<object?> action, object? state) => tls.Post(action, state);

    protected override void OnOverflow(ConnectionEnd end) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Tls.Abort(state.End), (Tls: tls, End: end), preferLocal: false);
}
