using System.IO.Pipelines;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>Counts what crosses a connection whose transport does not count.</summary>
internal sealed class TrafficCounters : IConnectionCountersFeature
{
    private long _received;
    private long _sent;

    public long ReceivedBytes => Volatile.Read(ref _received);

    public long SentBytes => Volatile.Read(ref _sent);

    public WrappedTransport Wrap(IDuplexPipe transport) => new(new Reader(transport.Input, this), new Writer(transport.Output, this));

    private sealed class Reader(PipeReader inner, TrafficCounters counters) : DelegatingPipeReader(inner)
    {
        protected override void OnReceived(long count) => Volatile.Write(ref counters._received, counters._received + count);
    }

    private sealed class Writer(PipeWriter inner, TrafficCounters counters) : DelegatingPipeWriter(inner)
    {
        protected override void OnWritten(ReadOnlySpan<byte> bytes) => Volatile.Write(ref counters._sent, counters._sent + bytes.Length);
    }
}
