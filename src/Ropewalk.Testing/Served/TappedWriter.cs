using System.Buffers;
using System.IO.Pipelines;

namespace Ropewalk.Testing.Served;

/// <summary>Passes an answer on, or only its first bytes.</summary>
internal sealed class TappedWriter(PipeWriter inner, Action onCut) : PipeWriter
{
    private byte[] _scratch = [];
    private int? _left;
    private bool _endsAtCut;
    private bool _isOver;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => _isOver ? 0 : inner.UnflushedBytes;

    /// <summary>Passes everything on from here.</summary>
    public void PassAll() => _left = null;

    /// <summary>Loses everything from here.</summary>
    public void Drop() => (_left, _endsAtCut) = (0, false);

    /// <summary>Passes only so many bytes on from here, and ends the output if there are more.</summary>
    public void CutAfter(int bytes) => (_left, _endsAtCut) = (bytes, true);

    /// <summary>Ends the output, whatever the application goes on to write.</summary>
    public void End()
    {
        if (!_isOver)
        {
            _isOver = true;
            inner.Complete();
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_left is null && !_isOver)
        {
            return inner.GetMemory(sizeHint);
        }

        int size = Math.Max(sizeHint, 4096);
        _scratch = _scratch.Length >= size ? _scratch : new byte[size];
        return _scratch;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_isOver)
        {
            return;
        }

        if (_left is not { } left)
        {
            inner.Advance(bytes);
            return;
        }

        int passed = Math.Min(left, bytes);
        inner.Write(_scratch.AsSpan(0, passed));
        _left = left - passed;
        if (_endsAtCut && bytes > passed)
        {
            End();
            onCut();
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _isOver ? new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true)) : inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (!_isOver)
        {
            _isOver = true;
            inner.Complete(exception);
        }
    }
}
