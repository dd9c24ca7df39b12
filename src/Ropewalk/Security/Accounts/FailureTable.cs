using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ropewalk.Security.Accounts;

/// <summary>
/// Counts failures by key: a bucket of tokens each, refilled with time, one token per attempt, given back if the attempt succeeds. Taken
/// before the check, so that attempts at once are counted too.
/// </summary>
internal sealed class FailureTable<TKey>(int burst, TimeSpan interval, int maxTracked, TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Bucket> _buckets = [];
    private Bucket _others = new(burst, time.GetTimestamp());
    private long? _lookedAt;

    /// <summary>Gets for how many keys a count is kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _buckets.Count;
            }
        }
    }

    /// <summary>Takes a token; false if there is none.</summary>
    public bool TryTake(TKey key)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (!HasRoom(key, now))
            {
                return TryTake(ref _others, now);
            }

            ref Bucket bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, key, out bool exists);
            if (!exists)
            {
                bucket = new Bucket(burst, now);
            }

            return TryTake(ref bucket, now);
        }
    }

    /// <summary>Gives back the token of an attempt that succeeded.</summary>
    public void GiveBack(TKey key)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            ref Bucket bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_buckets, key);
            bool isTracked = !Unsafe.IsNullRef(ref bucket);
            if (!isTracked)
            {
                bucket = ref _others;
            }

            bucket = new Bucket(Math.Min(burst, TokensOf(bucket, now) + 1), now);
            if (isTracked && bucket.Tokens >= burst)
            {
                _buckets.Remove(key);
            }
        }
    }

    private bool HasRoom(TKey key, long now)
    {
        if (_buckets.Count < maxTracked || _buckets.ContainsKey(key))
        {
            return true;
        }

        // a look at all of them is dear, and a flood would buy one with each attempt
        if (_lookedAt is not { } before || time.GetElapsedTime(before, now) >= BetweenLooks)
        {
            _lookedAt = now;
            foreach ((TKey tracked, Bucket bucket) in _buckets)
            {
                if (TokensOf(bucket, now) >= burst)
                {
                    _buckets.Remove(tracked);
                }
            }
        }

        return _buckets.Count < maxTracked;
    }

    private bool TryTake(ref Bucket bucket, long now)
    {
        double tokens = TokensOf(bucket, now);
        bool isTaken = tokens >= 1;
        bucket = new Bucket(isTaken ? tokens - 1 : tokens, now);
        return isTaken;
    }

    private double TokensOf(in Bucket bucket, long now) => Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / interval));

    private readonly record struct Bucket(double Tokens, long At);
}
