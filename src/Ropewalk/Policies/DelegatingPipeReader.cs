using System.Buffers;
using System.IO.Pipelines;

namespace Ropewalk.Policies;

/// <summary>Passes everything to the reader below; a policy overrides what it looks at. No pipe of its own, no copy.</summary>
internal abstract class DelegatingPipeReader(PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _seen;

    protected PipeReader Inner => inner;

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        Note(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return AwaitAsync(read);
        }

        ReadResult result = read.Result;
        Note(result);
        return new ValueTask<ReadResult>(result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ReadOnlySequence<byte> taken = _buffer.IsEmpty ? default : _buffer.Slice(_buffer.Start, consumed);
        if (!taken.IsEmpty)
        {
            OnConsumed(taken);
        }

        _seen -= taken.Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Learns how many bytes have come that were not there before.</summary>
    protected virtual void OnReceived(long count)
    {
    }

    /// <summary>Learns what the handler has taken, while it is still there.</summary>
    protected virtual void OnConsumed(in ReadOnlySequence<byte> bytes)
    {
    }

    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read)
    {
        ReadResult result = await read;
        Note(result);
        return result;
    }

    private void Note(in ReadResult result)
    {
        _buffer = result.Buffer;
        long count = result.Buffer.Length - _seen;
        if (count > 0)
        {
            _seen += count;
            OnReceived(count);
        }
    }
}
