using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Policies;

/// <summary>
/// A token bucket for each peer, by address or IPv6 /64: a limiter of System.Threading.RateLimiting that goes by a <see cref="TimeProvider"/>,
/// runs no timer and keeps a bounded number of buckets.
/// </summary>
public sealed class PeerRateLimiter : PartitionedRateLimiter<ConnectionContext>
{
    private const int IPv6NetworkBits = 64;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ConnectionRate _rate;
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressPrefix, Bucket> _buckets = [];
    private Bucket _others;
    private long? _lookedAt;

    /// <summary>Creates the limiter.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The rate is wrong.</exception>
    public PeerRateLimiter(ConnectionRate rate)
    {
        ArgumentNullException.ThrowIfNull(rate);
        rate.Validate();
        _rate = rate;
        _others = new Bucket(rate.Burst, rate.TimeProvider.GetTimestamp());
    }

    /// <summary>Gets for how many peers a state is kept now.</summary>
    public int TrackedPeers
    {
        get
        {
            lock (_gate)
            {
                return _buckets.Count;
            }
        }
    }

    /// <summary>Says the rate.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_rate.PerMinute} connections a minute, {_rate.Burst} at once");

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics(ConnectionContext resource) => null;

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(ConnectionContext resource, int permitCount)
    {
        ArgumentNullException.ThrowIfNull(resource);
        // who has no address is on this machine already
        if (AddressPrefix.Of(resource.RemoteEndPoint, ipv6Length: IPv6NetworkBits) is not { } peer)
        {
            return Lease.Granted;
        }

        lock (_gate)
        {
            long now = _rate.TimeProvider.GetTimestamp();
            if (!_buckets.ContainsKey(peer) && _buckets.Count >= _rate.MaxTrackedPeers)
            {
                // a look at all of them is dear, and a flood from many addresses would buy one with each connection
                if (_lookedAt is not { } before || _rate.TimeProvider.GetElapsedTime(before, now) >= BetweenLooks)
                {
                    _lookedAt = now;
                    Forget(now);
                }

                if (_buckets.Count >= _rate.MaxTrackedPeers)
                {
                    return Take(ref _others, permitCount, now);
                }
            }

            ref Bucket bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, peer, out bool exists);
            if (!exists)
            {
                bucket = new Bucket(_rate.Burst, now);
            }

            return Take(ref bucket, permitCount, now);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(ConnectionContext resource, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(resource, permitCount));

    private Lease Take(ref Bucket bucket, int permits, long now)
    {
        double tokens = TokensOf(bucket, now);
        bool isGranted = tokens >= permits;
        bucket = new Bucket(isGranted ? tokens - permits : tokens, now);
        return isGranted ? Lease.Granted : Lease.Refused;
    }

    private double TokensOf(in Bucket bucket, long now) =>
        Math.Min(_rate.Burst, bucket.Tokens + (_rate.TimeProvider.GetElapsedTime(bucket.At, now).TotalMinutes * _rate.PerMinute));

    // a bucket that is full again says nothing that a new one would not
    private void Forget(long now)
    {
        foreach ((AddressPrefix peer, Bucket bucket) in _buckets)
        {
            if (TokensOf(bucket, now) >= _rate.Burst)
            {
                _buckets.Remove(peer);
            }
        }
    }

    private readonly record struct Bucket(double Tokens, long At);

    private sealed class Lease(bool isAcquired) : RateLimitLease
    {
        public static Lease Granted { get; } = new(true);

        public static Lease Refused { get; } = new(false);

        public override bool IsAcquired => isAcquired;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
