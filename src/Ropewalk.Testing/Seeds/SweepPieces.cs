namespace Ropewalk.Testing.Seeds;

/// <summary>Hands out the pieces of a range in their order, and keeps the failure of the foremost that has failed.</summary>
internal sealed class SweepPieces : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SeedRange[] _pieces;
    private readonly CancellationTokenSource[] _ends;
    private readonly CancellationToken _cancelled;
    private int _next;
    private int _failedPiece;
    private long _seedsDone;

    public SweepPieces(SeedRange[] pieces, CancellationToken cancellationToken)
    {
        _pieces = pieces;
        _failedPiece = pieces.Length;
        _cancelled = cancellationToken;
        _ends = [.. pieces.Select(_ => CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))];
    }

    public long Runs { get; private set; }

    public SeedFailure? Failure { get; private set; }

    public SeedRange SeedsOf(int piece) => _pieces[piece];

    /// <summary>Takes the next piece.</summary>
    /// <returns>False if there is none before the one that has failed.</returns>
    public bool TryTake(out int piece, out CancellationToken ended)
    {
        lock (_gate)
        {
            piece = _next;
            if (piece >= _failedPiece || _cancelled.IsCancellationRequested)
            {
                ended = default;
                return false;
            }

            _next++;
            ended = _ends[piece].Token;
            return true;
        }
    }

    /// <summary>Takes note of a piece's end. Where it has failed, those behind it are ended.</summary>
    public SeedSweepProgress Finish(int piece, long runs, SeedFailure? failure)
    {
        int endsFrom = _pieces.Length;
        SeedSweepProgress progress;
        lock (_gate)
        {
            _seedsDone += _pieces[piece].Count;
            Runs += runs;
            if (failure is not null && piece < _failedPiece)
            {
                Failure = failure;
                _failedPiece = piece;
                endsFrom = piece + 1;
            }

            progress = new SeedSweepProgress(_seedsDone, (long)_pieces[^1].Last - _pieces[0].First + 1, Runs, Failure?.Seed);
        }

        foreach (CancellationTokenSource end in _ends[endsFrom..])
        {
            end.Cancel();
        }

        return progress;
    }

    /// <summary>Ends all.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _failedPiece = -1;
        }

        foreach (CancellationTokenSource end in _ends)
        {
            end.Cancel();
        }
    }

    public void Dispose()
    {
        foreach (CancellationTokenSource end in _ends)
        {
            end.Dispose();
        }
    }
}
