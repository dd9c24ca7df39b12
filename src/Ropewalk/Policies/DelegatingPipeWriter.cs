using System.IO.Pipelines;

namespace Ropewalk.Policies;

/// <summary>Passes everything to the writer below; a policy overrides what it looks at. No pipe of its own, no copy.</summary>
internal abstract class DelegatingPipeWriter(PipeWriter inner) : PipeWriter
{
    private Memory<byte> _lent;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    protected PipeWriter Inner => inner;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _lent = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes > 0 && bytes <= _lent.Length)
        {
            OnWritten(_lent.Span[..bytes]);
            _lent = _lent[bytes..];
        }

        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _lent = default;
        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Learns what the handler has written, before it is flushed.</summary>
    protected virtual void OnWritten(ReadOnlySpan<byte> bytes)
    {
    }
}
