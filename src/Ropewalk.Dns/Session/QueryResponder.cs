using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Session;

/// <summary>Answers questions with authority, out of a catalog of zones.</summary>
/// <remarks>
/// <para>What a message is, is decided on its first bytes: an answer is never answered, so that two servers cannot be made to talk with each other for ever; what has not even a header neither.
/// What breaks a rule is FORMERR, an operation that is not known NOTIMP, a name of nobody here REFUSED.</para>
/// <para>The catalog is one reference: a query sees one version of all zones. Nothing is allocated. <b>Call</b>: from any thread.</para>
/// </remarks>
public sealed class QueryResponder : IOwnerResponder
{
    private readonly int _datagramBytes;
    private readonly ReadOnlyMemory<byte> _identity;
    private readonly EdnsCookieSecret? _cookies;
    private readonly int _paddingBlockBytes;
    private readonly ChaosAnswers _chaos;
    private readonly TsigGuard _guard;
    private readonly AccessRules? _access;
    private readonly ITransferSource? _transfers;
    private ZoneCatalog _catalog;

    /// <summary>Makes a responder.</summary>
    /// <param name="catalog">The zones.</param>
    /// <param name="options">How questions are answered; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">A value is out of its bounds; all that are, are told.</exception>
    public QueryResponder(ZoneCatalog catalog, QueryResponderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        options ??= new QueryResponderOptions();
        if (options.Validate() is { Count: > 0 } wrong)
        {
            throw new OptionsValidationException(nameof(QueryResponderOptions), typeof(QueryResponderOptions), wrong);
        }

        _catalog = catalog;
        _datagramBytes = options.DatagramBytes;
        _identity = options.Identity.ToArray();
        _cookies = options.CookieSecret;
        _paddingBlockBytes = options.PaddingBlockBytes;
        _chaos = new ChaosAnswers(options.Version, _identity);
        _guard = new TsigGuard(options.Keys);
        _access = options.Access == AccessRules.Everybody ? null : options.Access;
        _transfers = options.Transfers;
    }

    /// <summary>Gets or sets the zones. What is being answered goes on with those it began with.</summary>
    public ZoneCatalog Catalog
    {
        get => Volatile.Read(ref _catalog);
        set => Volatile.Write(ref _catalog, value);
    }

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response) => Respond(message, origin, response, out _);

    int IOwnerResponder.Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response, out int sharedBytes) => Respond(message, origin, response, out sharedBytes);

    private int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response, out int sharedBytes)
    {
        sharedBytes = 0;
        // The third byte's highest bit: this is an answer.
        if (message.Length < DnsLimits.HeaderBytes || (message[2] & 0x80) != 0)
        {
            return 0;
        }

        DnsViolation violation = QueryMessage.Decode(message, out QueryMessage query);
        if (query.Header.Opcode != DnsOpcode.Query || (violation != DnsViolation.None && !AsksForCookie(query, violation)))
        {
            return RespondWithout(query, violation, response);
        }

        bool isTransfer = query.Type is DnsType.AXFR or DnsType.IXFR && origin.Transport == DnsTransport.Udp;
        if (isTransfer && _transfers?.Begin(message, origin, response) is { IsAsked: true } transfer)
        {
            transfer.Transfer?.Dispose();
            return transfer.ResponseBytes;
        }

        return Respond(query, origin, response, out sharedBytes);
    }

    [SkipLocalsInit]
    private int Respond(in QueryMessage query, in MessageOrigin origin, Span<byte> response, out int sharedBytes)
    {
        sharedBytes = 0;
        EdnsReply edns = default;
        if (query.HasEdns)
        {
            edns = EdnsReply.For(query, origin, _identity.Length, _cookies is not null, out bool isMalformed);
            if (isMalformed && query.Edns.Version == 0)
            {
                return RespondWithout(query, DnsViolation.OptionMalformed, response);
            }
        }

        TsigCheck signature = query.TsigOffset == 0 ? default : _guard.Check(query.Message, origin.Now);
        bool isStream = origin.Transport != DnsTransport.Udp;
        int limit = isStream ? response.Length : query.HasEdns ? Math.Min(query.Edns.DatagramBytes, _datagramBytes) : DnsLimits.PlainDatagramBytes;
        limit = Math.Min(limit, response.Length) - signature.ReservedBytes;
        scoped var writer = new DnsMessageWriter(response, Math.Max(limit, DnsLimits.HeaderBytes));
        // A question and OPT fit into the least there is; a signature may have names so long that nothing else does.
        if (!writer.TryReserve(edns.Bytes) || (!query.Name.IsEmpty && !writer.TryWriteQuestion(query.Name, query.Type, query.Class)))
        {
            return RespondWithout(query, DnsViolation.None, response);
        }

        DnsHeader header = query.Header.ToResponse(DnsResponseCode.NoError);
        DnsResponseCode code = RefusalOf(query, signature, origin);
        EdnsExtendedErrorCode refusal = code == DnsResponseCode.Refused ? EdnsExtendedErrorCode.Prohibited : EdnsExtendedErrorCode.NotAuthoritative;
        if (code == DnsResponseCode.NoError && !query.Name.IsEmpty)
        {
            Span<byte> buffer = stackalloc byte[DnsLimits.NameBytes];
            code = Compose(ref writer, query, isStream, buffer, ref header, out sharedBytes);
        }

        if (query.HasEdns)
        {
            int padding = origin.Transport == DnsTransport.Tls && edns.IsPadded ? _paddingBlockBytes : 0;
            edns.Write(ref writer, query, origin, code, _datagramBytes, _identity.Span, _cookies, refusal, padding, signature.ReservedBytes);
        }

        int length = writer.Finish(header with { ResponseCode = code });
        return query.TsigOffset == 0 || signature.TrySign(response, ref length, origin.Now) ? length : 0;
    }

    private DnsResponseCode Compose(ref DnsMessageWriter writer, QueryMessage query, bool isStream, Span<byte> buffer, scoped ref DnsHeader header, out int sharedBytes)
    {
        sharedBytes = 0;
        if (query.Class == DnsClass.CH)
        {
            DnsResponseCode code = _chaos.Write(ref writer, query, out bool isTruncated);
            header = header with { IsTruncated = isTruncated };
            return code;
        }

        var composer = new AnswerComposer(Catalog, query, isStream, buffer);
        composer.Compose(ref writer);
        sharedBytes = composer.SharedBytes;
        header = header with { IsAuthoritative = composer.IsAuthoritative, IsTruncated = composer.IsTruncated };
        return composer.Code;
    }

    // RFC 7873 §5.4: no question, but a cookie.
    private bool AsksForCookie(in QueryMessage query, DnsViolation violation) =>
        violation == DnsViolation.QuestionCount && query.Header.QuestionCount == 0 && query.HasEdns && _cookies is not null && query.Edns.TryFind(EdnsOptionCode.Cookie, out _);

    // RFC 7873 §5.4: a cookie of ours that is not good. Who has none yet has no bad one.
    private bool HasBadCookie(in QueryMessage query, in MessageOrigin origin)
    {
        query.Edns.TryFind(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> value);
        EdnsCookie.Decode(value, out EdnsCookie cookie);
        Span<byte> address = stackalloc byte[16];
        return !cookie.Server.IsEmpty && !_cookies!.Check(cookie, address[..origin.Peer.CopyAddressTo(address)], origin.Now);
    }

    // What cannot be answered out of a zone, whatever the zone.
    private DnsResponseCode RefusalOf(in QueryMessage query, in TsigCheck signature, in MessageOrigin origin)
    {
        if (signature.ResponseCode != DnsResponseCode.NoError)
        {
            return signature.ResponseCode;
        }

        // RFC 6891 §6.1.3: a version that we do not know.
        if (query.HasEdns && query.Edns.Version != 0)
        {
            return DnsResponseCode.BadVersion;
        }

        if (_access?.Allows(origin.Peer, signature.Key) == false)
        {
            return DnsResponseCode.Refused;
        }

        if (query.Name.IsEmpty)
        {
            return HasBadCookie(query, origin) ? DnsResponseCode.BadCookie : DnsResponseCode.NoError;
        }

        if (query.Class is not (DnsClass.IN or DnsClass.CH))
        {
            return DnsResponseCode.Refused;
        }

        return query.Type switch
        {
            // RFC 6895 §3.1: records that are only ever about a message.
            DnsType.OPT or DnsType.TSIG => DnsResponseCode.FormatError,
            DnsType.TKEY or DnsType.MAILA or DnsType.MAILB => DnsResponseCode.NotImplemented,
            // RFC 5936 §4.2: not in a datagram; and where transfers are served, this is not asked.
            DnsType.AXFR when origin.Transport == DnsTransport.Udp => DnsResponseCode.FormatError,
            DnsType.AXFR or DnsType.IXFR => DnsResponseCode.Refused,
            _ => DnsResponseCode.NoError,
        };
    }

    // An answer without records: the header, the question if it could be read, and that we know EDNS if the client does.
    private int RespondWithout(in QueryMessage query, DnsViolation violation, Span<byte> response)
    {
        DnsResponseCode code = query.Header.Opcode != DnsOpcode.Query ? DnsResponseCode.NotImplemented : DnsResponseCode.FormatError;
        if (query.Header.Opcode == DnsOpcode.Notify && violation == DnsViolation.None)
        {
            // RFC 1996 §3.11: for zones that we are not a secondary of.
            code = DnsResponseCode.Refused;
        }

        var writer = new DnsMessageWriter(response, Math.Min(DnsLimits.PlainDatagramBytes, response.Length));
        if (!query.Name.IsEmpty)
        {
            writer.TryWriteQuestion(query.Name, query.Type, query.Class);
        }

        if (query.HasEdns)
        {
            writer.TryBeginOpt(_datagramBytes, code, query.DnssecOk);
            writer.EndOpt();
        }

        return writer.Finish(query.Header.ToResponse(code));
    }
}
