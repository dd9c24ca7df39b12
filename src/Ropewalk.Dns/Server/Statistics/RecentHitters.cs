namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Finds what came most often lately: two sketches that take turns, so that what is told is of the last five to ten minutes.</summary>
/// <remarks><b>Call</b>: by one caller at a time.</remarks>
internal sealed class RecentHitters(int capacity, int keyBytes)
{
    /// <summary>How long one sketch is fed. An attack of a few minutes is to be seen, and one that is over to be forgotten.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    private HeavyHitters _fed = new(capacity, keyBytes);
    private HeavyHitters _former = new(capacity, keyBytes);
    private DateTimeOffset _until;

    /// <summary>Gets the sketch that is fed now.</summary>
    public HeavyHitters Fed => _fed;

    /// <summary>Gets the one before.</summary>
    public HeavyHitters Former => _former;

    /// <summary>Gets how many bytes both have.</summary>
    public long TableBytes => _fed.TableBytes + _former.TableBytes;

    /// <summary>Forgets what is too old.</summary>
    public void Turn(DateTimeOffset now)
    {
        // The clock may have been set back by much: then what is there counts as old.
        if (now < _until && _until - now <= Period)
        {
            return;
        }

        if (now - _until >= Period || now < _until)
        {
            _fed.Clear();
        }

        (_fed, _former) = (_former, _fed);
        _fed.Clear();
        _until = now + Period;
    }

    /// <summary>Counts a key.</summary>
    public void Add(ulong hash, ReadOnlySpan<byte> key, long weight) => _fed.Add(hash, key, weight);
}
