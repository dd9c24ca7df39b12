using System.IO.Pipelines;

namespace Ropewalk.Testing.Served;

/// <summary>Reads what a <see cref="CommandTap"/> hands over, and tells it when the application waits for more.</summary>
internal sealed class TappedReader(PipeReader inner, Action onAsked) : PipeReader
{
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompleted)
        {
            // It has examined all that it was given: what it had to say to that, it has said.
            onAsked();
        }

        return read;
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
