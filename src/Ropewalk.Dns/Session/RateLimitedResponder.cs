using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Session;

/// <summary>Limits the rate of another responder's answers by datagrams; on a stream the source is not forged, and nothing is limited.</summary>
/// <remarks>
/// It goes by the answer's own bytes, so it stands before any responder; a <see cref="QueryResponder"/> says besides what all names below a wildcard share. A client with a cookie of ours is not limited: it has shown that it receives at its address (RFC 7873 §5.2.5, RFC 9018). Neither is one whose
/// question was signed well, so that secondaries keep up in a flood, nor an answer that is cut already and no longer than its question. Nothing is allocated.
/// </remarks>
public sealed class RateLimitedResponder : IMessageResponder
{
    private readonly IMessageResponder _inner;
    private readonly IOwnerResponder? _owners;
    private volatile Bounds _bounds;
    private long _dropped;
    private long _truncated;

    /// <summary>Makes the responder.</summary>
    /// <param name="inner">Answers.</param>
    /// <param name="limiter">Counts.</param>
    /// <param name="cookies">The secret of the cookies that <paramref name="inner"/> gives; null if it gives none.</param>
    public RateLimitedResponder(IMessageResponder inner, ResponseRateLimiter limiter, EdnsCookieSecret? cookies = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(limiter);
        _inner = inner;
        _owners = inner as IOwnerResponder;
        _bounds = new Bounds(limiter, cookies);
    }

    // One that limits nothing for now.
    internal RateLimitedResponder(IMessageResponder inner)
    {
        _inner = inner;
        _owners = inner as IOwnerResponder;
        _bounds = new Bounds(null, null);
    }

    /// <summary>Gets how many answers were not sent.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    /// <summary>Gets how many answers were cut.</summary>
    public long TruncatedCount => Interlocked.Read(ref _truncated);

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        int sharedBytes = 0;
        int length = _owners is { } owners ? owners.Respond(message, origin, response, out sharedBytes) : _inner.Respond(message, origin, response);
        Bounds bounds = _bounds;
        if (length == 0 || origin.Transport != DnsTransport.Udp || bounds.Limiter is not { } limiter)
        {
            return length;
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        ResponseClass kind = Classify(response[..length], name, out int nameBytes, out bool isCut);
        if (isCut && length <= message.Length)
        {
            return length;
        }

        if (sharedBytes > 0 && sharedBytes < nameBytes && kind is ResponseClass.Positive or ResponseClass.Any)
        {
            // All names below a wildcard or a DNAME are one here, as the wildcard's with BIND and NSD: they can be made up without end.
            name[nameBytes - sharedBytes - 1] = (byte)'*';
            name = name[(nameBytes - sharedBytes - 2)..nameBytes];
            name[0] = 1;
            nameBytes = name.Length;
        }

        RateVerdict verdict = limiter.Take(origin.Peer, kind, name[..nameBytes], origin.Now);
        if (verdict == RateVerdict.Send || HasCookie(message, origin, bounds.Cookies) || IsSigned(response[..length]))
        {
            return length;
        }

        length = verdict == RateVerdict.Truncate ? Truncate(message, response) : 0;
        Interlocked.Increment(ref length == 0 ? ref _dropped : ref _truncated);
        return length;
    }

    /// <summary>Takes another limiter, or none, and another secret: from the next answer on. What has been counted stays.</summary>
    internal void Update(ResponseRateLimiter? limiter, EdnsCookieSecret? cookies) => _bounds = new Bounds(limiter, cookies);

    /// <summary>Finds the class of an answer, and the name that it is counted by.</summary>
    internal static ResponseClass Classify(ReadOnlySpan<byte> response, Span<byte> name, out int nameBytes, out bool isCut)
    {
        // What has no name is counted by the root's.
        name[0] = 0;
        nameBytes = 1;
        isCut = false;
        if (DnsMessageReader.Begin(response, out DnsMessageReader reader) != DnsViolation.None)
        {
            return ResponseClass.Error;
        }

        DnsHeader header = reader.Header;
        isCut = header.IsTruncated;
        if (header.ResponseCode is not (DnsResponseCode.NoError or DnsResponseCode.NameError) || !reader.TryReadQuestion(out DnsQuestionView question, out _))
        {
            return ResponseClass.Error;
        }

        if (header.ResponseCode == DnsResponseCode.NoError && header.AnswerCount > 0)
        {
            nameBytes = question.CopyName(name, out int length) == DnsViolation.None ? length : 1;
            return question.Type == DnsType.ANY ? ResponseClass.Any : ResponseClass.Positive;
        }

        DnsType found = FindAuthority(ref reader, name, ref nameBytes);
        return header.ResponseCode == DnsResponseCode.NameError ? ResponseClass.NameError : found == DnsType.NS ? ResponseClass.Referral : ResponseClass.NoRecords;
    }

    // The owner of the SOA is the zone's name, that of the NS the cut's.
    private static DnsType FindAuthority(ref DnsMessageReader reader, Span<byte> name, ref int nameBytes)
    {
        while (reader.TryReadRecord(out DnsRecordView record, out _))
        {
            if (record.Section == DnsSection.Authority && record.Type is DnsType.SOA or DnsType.NS)
            {
                nameBytes = record.CopyOwner(name, out int length) == DnsViolation.None ? length : 1;
                return record.Type;
            }
        }

        return default;
    }

    private static bool HasCookie(ReadOnlySpan<byte> message, in MessageOrigin origin, EdnsCookieSecret? cookies)
    {
        if (cookies is null || EdnsView.Find(message, out EdnsView edns, out bool isThere) != DnsViolation.None || !isThere
            || !edns.TryFind(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> value) || EdnsCookie.Decode(value, out EdnsCookie cookie) != DnsViolation.None)
        {
            return false;
        }

        Span<byte> address = stackalloc byte[16];
        return cookies.Check(cookie, address[..origin.Peer.CopyAddressTo(address)], origin.Now);
    }

    // Only a good signature is answered with one and no error.
    private static bool IsSigned(ReadOnlySpan<byte> response) =>
        TsigView.Find(response, out TsigView tsig, out bool isThere) == DnsViolation.None && isThere && tsig.Mac.Length > 0 && tsig.Error == DnsResponseCode.NoError;

    // The header, the question, and OPT if there was one: never longer than what was asked.
    private static int Truncate(ReadOnlySpan<byte> message, Span<byte> response)
    {
        if (DnsMessageReader.Begin(message, out DnsMessageReader reader) != DnsViolation.None || !reader.TryReadQuestion(out _, out _))
        {
            return 0;
        }

        int length = reader.Position;
        bool hasEdns = EdnsView.Find(message, out EdnsView edns, out bool isThere) == DnsViolation.None && isThere && message.Length >= length + EdnsView.OptBytes;
        message[..length].CopyTo(response);
        DnsHeader header = reader.Header.ToResponse(DnsResponseCode.NoError) with { IsTruncated = true, QuestionCount = 1, AdditionalCount = (ushort)(hasEdns ? 1 : 0) };
        header.Encode(response);
        if (hasEdns)
        {
            ReadOnlySpan<byte> opt = [0, 0, (byte)DnsType.OPT, DnsLimits.DatagramBytes >> 8, DnsLimits.DatagramBytes & 0xff, 0, 0, (byte)(edns.DnssecOk ? 0x80 : 0), 0, 0, 0];
            opt.CopyTo(response[length..]);
            length += opt.Length;
        }

        return length;
    }

    private sealed record Bounds(ResponseRateLimiter? Limiter, EdnsCookieSecret? Cookies);
}
