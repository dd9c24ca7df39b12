using System.Runtime.InteropServices;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Limits the rate of answers by datagrams to a network, so that forged questions gain nothing: response rate limiting.</summary>
/// <remarks>
/// <para><b>Theory.</b> The model is NSD's, and BIND's before it: counted are answers, by the network that they go to, their class, and a name: the one that was asked for if there are records, else the
/// zone's, because names that do not exist can be made up without end, and those below a wildcard or a DNAME too: they are counted by that. So who is attacked with one answer still gets the others; Knot counts by addresses and networks alone, and does not give that. What its model is good
/// for, an attack with all names of a zone in turn, is bounded by a second rate: all answers to the network.</para>
/// <para>Rates are token buckets in a table that is made once: four places for each hash, of which the one that is fullest is given away. The hash has a secret, so that nobody can choose what shares a place. There is
/// nothing to be cleared and no timer. Every second limited answer says only that it was cut, in no more bytes than the question has: behind a forged address it is noise, and who did ask comes by TCP.</para>
/// <para><b>Call</b>: from any thread; one of 64 locks is held for the few steps.</para>
/// </remarks>
public sealed class ResponseRateLimiter
{
    private const int Ways = 4;
    private const int StripeCount = 64;
    private const int RatesPerNetwork = 8;
    // Class and family; an address in halves of bytes; a name.
    private const int KeyBytes = 2 + 32 + DnsLimits.NameBytes;

    private volatile ResponseRateLimits _limits;
    private readonly NameHash _hash;
    private readonly RateBucket[] _rates;
    // Networks are fewer than what is asked from them; and a place is given away by how full it is, which only those of one rate can be compared by.
    private readonly RateBucket[] _totals;
    private readonly Lock[] _stripes = new Lock[StripeCount];
    private long _limitedCount;

    /// <summary>Makes a limiter, and its table.</summary>
    /// <param name="limits">The rates.</param>
    /// <param name="hash">A hash with a secret.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A limit is wrong.</exception>
    public ResponseRateLimiter(ResponseRateLimits limits, NameHash hash)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Validate();
        _limits = limits;
        _hash = hash.NotDefault();
        _rates = new RateBucket[limits.TableEntries / Ways * Ways];
        _totals = new RateBucket[limits.TableEntries / RatesPerNetwork / Ways * Ways];
        for (int i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Lock();
        }
    }

    /// <summary>Takes other rates; what networks have used of the former ones counts on. The table stays as large as it was made.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A limit is wrong; the old ones stay.</exception>
    public void Update(ResponseRateLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Validate();
        _limits = limits;
    }

    /// <summary>Gets how many answers have been limited.</summary>
    public long LimitedCount => Interlocked.Read(ref _limitedCount);

    /// <summary>Gets how many bytes the table has, however many networks ask.</summary>
    public long TableBytes => (long)(_rates.Length + _totals.Length) * Marshal.SizeOf<RateBucket>();

    /// <summary>Counts an answer and says what becomes of it.</summary>
    /// <param name="peer">Whom it goes to.</param>
    /// <param name="kind">Its class.</param>
    /// <param name="name">Its name in wire form: the one asked for if there are records, else the zone's or the cut's.</param>
    /// <param name="now">The time of day.</param>
    public RateVerdict Take(in PeerAddress peer, ResponseClass kind, scoped ReadOnlySpan<byte> name, DateTimeOffset now)
    {
        ResponseRateLimits limits = _limits;
        if (limits.Exempt.Allows(peer))
        {
            return RateVerdict.Send;
        }

        uint milliseconds = (uint)now.ToUnixTimeMilliseconds();
        Span<byte> key = stackalloc byte[KeyBytes];
        int prefixBytes = WriteNetwork(peer, limits, key);
        key[0] = (byte)kind;
        name.CopyTo(key[prefixBytes..]);
        RateVerdict verdict = Take(_rates, _hash.Of(key[..(prefixBytes + name.Length)]), milliseconds, limits.PerSecond, limits.Burst, limits.Slip);
        if (verdict == RateVerdict.Send)
        {
            key[0] = (byte)ResponseClass.Total;
            verdict = Take(_totals, _hash.Of(key[..prefixBytes]), milliseconds, limits.TotalPerSecond, limits.TotalBurst, limits.Slip);
        }

        if (verdict != RateVerdict.Send)
        {
            Interlocked.Increment(ref _limitedCount);
        }

        return verdict;
    }

    private RateVerdict Take(RateBucket[] buckets, ulong hash, uint now, int perSecond, int burst, int slip)
    {
        int first = (int)((hash >> 32) % (ulong)(buckets.Length / Ways)) * Ways;
        ulong key = hash | 1;
        lock (_stripes[(first / Ways) % StripeCount])
        {
            ref RateBucket bucket = ref Find(buckets.AsSpan(first, Ways), key, now, perSecond, burst);
            bucket.Tokens = bucket.TokensAt(now, perSecond, burst);
            bucket.At = now;
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens--;
                return RateVerdict.Send;
            }

            bucket.Limited++;
            return slip > 0 && bucket.Limited % slip == 0 ? RateVerdict.Truncate : RateVerdict.Drop;
        }
    }

    private static ref RateBucket Find(Span<RateBucket> ways, ulong key, uint now, int perSecond, int burst)
    {
        int fullest = 0;
        float most = -1;
        for (int i = 0; i < ways.Length; i++)
        {
            ref RateBucket bucket = ref ways[i];
            if (bucket.Key == key)
            {
                return ref bucket;
            }

            // One that is nearly full says little: who is limited stays.
            float tokens = bucket.Key == 0 ? float.MaxValue : bucket.TokensAt(now, perSecond, burst) / burst;
            if (tokens > most)
            {
                (fullest, most) = (i, tokens);
            }
        }

        ways[fullest] = new RateBucket { Key = key, At = now, Tokens = burst };
        return ref ways[fullest];
    }

    // In halves of bytes: the hash takes the letters of both cases for the same.
    private static int WriteNetwork(in PeerAddress peer, ResponseRateLimits limits, Span<byte> key)
    {
        Span<byte> address = stackalloc byte[16];
        int length = peer.CopyAddressTo(address);
        int bits = peer.IsIPv4 ? limits.IPv4Bits : limits.IPv6Bits;
        key[1] = (byte)length;
        int at = 2;
        for (int i = 0; i < length; i++)
        {
            int kept = Math.Clamp(bits - (i * 8), 0, 8);
            int masked = address[i] & (0xff00 >> kept);
            key[at++] = (byte)(masked >> 4);
            key[at++] = (byte)(masked & 0xf);
        }

        return at;
    }
}
