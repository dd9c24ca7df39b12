using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Session;

/// <summary>Checks the signatures of requests, and says how their answers are signed. <b>Spec</b>: RFC 8945 §5.2, §5.3.</summary>
/// <remarks>An unsigned request costs a look at its count of additional records, or a walk over them; nothing is allocated for it. <b>Call</b>: from any thread.</remarks>
public sealed class TsigGuard
{
    private const int AdditionalCountOffset = 10;

    private readonly TsigKeyRing _keys;

    /// <summary>Makes a guard.</summary>
    /// <param name="keys">The keys that are known.</param>
    public TsigGuard(TsigKeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys;
    }

    /// <summary>Checks a request.</summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="now">The time of day.</param>
    public TsigCheck Check(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        if (message.Length >= DnsLimits.HeaderBytes && (message[AdditionalCountOffset] | message[AdditionalCountOffset + 1]) == 0)
        {
            return default;
        }

        // RFC 8945 §5.2: one that is malformed, misplaced or not alone is answered with FORMERR, and not signed.
        if (TsigView.Find(message, out TsigView tsig, out bool isThere) != DnsViolation.None)
        {
            return TsigCheck.Malformed;
        }

        return isThere ? Check(tsig, now) : default;
    }

    private TsigCheck Check(scoped in TsigView tsig, DateTimeOffset now)
    {
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        if (tsig.CopyKeyName(name, out int length) != DnsViolation.None)
        {
            return TsigCheck.Malformed;
        }

        if (_keys.Find(name[..length]) is not { } key)
        {
            return new(tsig, null, null, DnsResponseCode.BadKey);
        }

        TsigTransaction transaction = new(key);
        DnsResponseCode error = transaction.Check(tsig, now);
        return error == DnsResponseCode.FormatError ? TsigCheck.Malformed : new(tsig, key, transaction, error);
    }
}
