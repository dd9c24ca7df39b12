using System.Buffers;
using System.IO.Pipelines;

namespace Ropewalk.Web.Static.Server;

/// <summary>Counts what goes into a pipe. (A response's own writer does not tell.)</summary>
internal sealed class CountingWriter(PipeWriter inner) : IBufferWriter<byte>
{
    public long Bytes { get; private set; }

    public int UnflushedBytes { get; private set; }

    public void Advance(int count)
    {
        inner.Advance(count);
        Bytes += count;
        UnflushedBytes += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        UnflushedBytes = 0;
        return inner.FlushAsync(cancellationToken);
    }
}
