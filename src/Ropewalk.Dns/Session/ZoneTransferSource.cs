using System.Diagnostics.CodeAnalysis;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Sends zones to who may have them. <b>Spec</b>: RFC 5936; RFC 1995.</summary>
/// <remarks>
/// On a stream AXFR, and IXFR from a client whose version is older, gives the whole zone: differences are not kept, and RFC 1995 §4 allows that. IXFR from a client that is up to date, and any IXFR in a datagram,
/// gives the SOA alone. AXFR in a datagram is a FORMERR, as BIND has it: RFC 5936 §4.2 knows no such thing. <b>Call</b>: from any thread; datagrams too come here.
/// </remarks>
public sealed class ZoneTransferSource : ITransferSource
{
    private readonly Lock _turn = new();
    private readonly Dictionary<PeerPrefix, int> _peers = [];
    private volatile Terms _terms;
    private int _transferCount;

    /// <summary>Makes a source.</summary>
    /// <param name="zones">The zones.</param>
    /// <param name="guard">Checks signatures.</param>
    /// <param name="rules">Who may have the zones that have no rules of their own; null for nobody.</param>
    public ZoneTransferSource(ZoneCatalog zones, TsigGuard guard, AccessRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(zones);
        ArgumentNullException.ThrowIfNull(guard);
        _terms = new(zones, guard, rules ?? AccessRules.Nobody, new Dictionary<DomainName, AccessRules>());
    }

    /// <summary>Gets or sets the zones. A transfer that has begun goes on with the version that it has begun with.</summary>
    public ZoneCatalog Zones { get => _terms.Zones; set => Change(terms => terms with { Zones = value ?? throw new ArgumentNullException(nameof(value)) }); }

    /// <summary>Gets or sets who may have the zones that have no rules of their own.</summary>
    public AccessRules Rules { get => _terms.Rules; set => Change(terms => terms with { Rules = value ?? throw new ArgumentNullException(nameof(value)) }); }

    /// <summary>Gets or sets who may have a certain zone, by its name. What is set is not changed any more: a reload sets another.</summary>
    public IReadOnlyDictionary<DomainName, AccessRules> ZoneRules { get => _terms.ZoneRules; set => Change(terms => terms with { ZoneRules = value ?? throw new ArgumentNullException(nameof(value)) }); }

    /// <summary>Gets or sets how many transfers there may be at once. Default 10 (BIND's <c>transfers-out</c>); over it the answer is SERVFAIL, and the secondary tries again.</summary>
    public int MaxTransfers { get; set; } = 10;

    /// <summary>
    /// Gets or sets how many transfers one peer may have at once, an address of IPv4 or a /64 of IPv6. Default 5, half of all: who takes as long as there is leaves room for others.
    /// (BIND asks one server for two, <c>transfers-per-ns</c>.)
    /// </summary>
    public int MaxTransfersOfPeer { get; set; } = 5;

    /// <summary>Gets how many transfers go on.</summary>
    public int TransferCount => Volatile.Read(ref _transferCount);

    /// <inheritdoc/>
    public TransferStart Begin(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        if (!TransferRequest.TryRead(message, out TransferRequest request))
        {
            return TransferStart.NotAsked;
        }

        // What is decided is decided by one version of them all.
        Terms terms = _terms;
        TsigCheck signature = terms.Guard.Check(message, origin.Now);
        DnsResponseCode code = Decide(terms, request, signature, origin, out Zone? zone, out TransferRefusal refusal);
        if (code != DnsResponseCode.NoError)
        {
            return new(true, Answer(request, signature, origin, response, null, code), ResponseCode: ReasonOf(code, signature), Refusal: refusal);
        }

        // RFC 1995 §2, §4: one SOA says that the client is up to date, or that it should come by TCP.
        if (request.Type == DnsType.IXFR && (origin.Transport == DnsTransport.Udp || IsCurrent(request.Serial, zone!.Serial)))
        {
            return new(true, Answer(request, signature, origin, response, zone, code));
        }

        // Who comes by a Unix socket has no address, and no network: all of them are many.
        PeerPrefix peer = origin.Peer.IsIPv4 || origin.Peer.IsIPv6 ? origin.Peer.GetPrefix() : default;
        if (!TryEnter(peer, out refusal))
        {
            code = DnsResponseCode.ServerFailure;
            return new(true, Answer(request, signature, origin, response, null, code), ResponseCode: code, Refusal: refusal);
        }

        return new(true, 0, new ZoneTransfer(zone!, request, signature, origin.IdleTimeout, this, peer));
    }

    /// <summary>Exchanges zones, what checks signatures and the rules at once. A transfer that has begun goes on with the version and the key that it has begun with.</summary>
    internal void Exchange(ZoneCatalog zones, TsigGuard guard, AccessRules rules) => Change(terms => terms with { Zones = zones, Guard = guard, Rules = rules });

    /// <summary>Counts a transfer that has ended.</summary>
    internal void Leave(PeerPrefix peer)
    {
        lock (_turn)
        {
            _transferCount--;
            int left = _peers[peer] - 1;
            if (left > 0)
            {
                _peers[peer] = left;
            }
            else
            {
                _peers.Remove(peer);
            }
        }
    }

    private DnsResponseCode Decide(Terms terms, in TransferRequest request, in TsigCheck signature, in MessageOrigin origin, out Zone? zone, out TransferRefusal refusal)
    {
        zone = null;
        refusal = TransferRefusal.Malformed;
        if (signature.ResponseCode != DnsResponseCode.NoError)
        {
            refusal = RefusalOf(signature);
            return signature.ResponseCode;
        }

        if (request.ResponseCode != DnsResponseCode.NoError)
        {
            return request.ResponseCode;
        }

        // RFC 5936 §4.2: there is no AXFR over UDP.
        if (request.Type == DnsType.AXFR && origin.Transport == DnsTransport.Udp)
        {
            refusal = TransferRefusal.Datagram;
            return DnsResponseCode.FormatError;
        }

        zone = terms.Zones.FindApex(request.Name, request.Class);
        if (zone is null)
        {
            // RFC 5936 §2.2.1
            refusal = TransferRefusal.ZoneUnknown;
            return DnsResponseCode.NotAuthorized;
        }

        // RFC 5936 §5: who may have it is for the zone's owner to say.
        AccessRules rules = terms.ZoneRules.TryGetValue(zone.Apex, out AccessRules? own) ? own : terms.Rules;
        bool isAllowed = rules.Allows(origin.Peer, signature.Key, out bool isRule);
        refusal = isAllowed ? TransferRefusal.None : isRule ? TransferRefusal.RefusingRule : TransferRefusal.NoRule;
        return isAllowed ? DnsResponseCode.NoError : DnsResponseCode.Refused;
    }

    private static TransferRefusal RefusalOf(in TsigCheck signature) => signature.Error switch
    {
        // The key's name was found, and its algorithm is not the request's: RFC 8945 §5.2.1 has one code for both.
        DnsResponseCode.BadKey => signature.Transaction is null ? TransferRefusal.KeyUnknown : TransferRefusal.OtherAlgorithm,
        DnsResponseCode.BadSignature => TransferRefusal.SignatureWrong,
        DnsResponseCode.BadTime => TransferRefusal.Clock,
        DnsResponseCode.BadTruncation => TransferRefusal.SignatureShort,
        _ => TransferRefusal.Malformed,
    };

    // Who speaks a later EDNS asks again in ours: that is no refusal.
    private static DnsResponseCode ReasonOf(DnsResponseCode code, in TsigCheck signature) =>
        signature.Error != DnsResponseCode.NoError ? signature.Error : code == DnsResponseCode.BadVersion ? DnsResponseCode.NoError : code;

    private bool TryEnter(PeerPrefix peer, out TransferRefusal refusal)
    {
        lock (_turn)
        {
            int mine = _peers.GetValueOrDefault(peer);
            refusal = _transferCount >= MaxTransfers ? TransferRefusal.PlacesTaken
                : mine >= MaxTransfersOfPeer && peer != default ? TransferRefusal.PeerPlacesTaken
                : TransferRefusal.None;
            if (refusal != TransferRefusal.None)
            {
                return false;
            }

            _transferCount++;
            _peers[peer] = mine + 1;
            return true;
        }
    }

    // RFC 1982 §3.2: the client's version is the same, or newer.
    private static bool IsCurrent([NotNullWhen(true)] uint? client, uint server) => client is { } serial && (int)(serial - server) >= 0;

    // One message: the SOA alone, or a refusal.
    private static int Answer(in TransferRequest request, in TsigCheck signature, in MessageOrigin origin, Span<byte> response, Zone? zone, DnsResponseCode code)
    {
        bool isDatagram = origin.Transport == DnsTransport.Udp;
        int limit = isDatagram ? Math.Clamp(request.DatagramBytes, DnsLimits.PlainDatagramBytes, DnsLimits.DatagramBytes) : DnsLimits.MessageBytes;
        DnsMessageWriter writer = new(response, limit, NameCompression.SameCase);
        DnsHeader header = request.Header.ToResponse(code) with { IsAuthoritative = zone is not null };
        if (!writer.TryWriteQuestion(request.Name, request.Type, request.Class) || !writer.TryReserve(signature.ReservedBytes + request.Edns.ReservedBytes))
        {
            return 0;
        }

        writer.GoTo(DnsSection.Answer);
        if (zone is not null && !ZoneTransfer.TryWriteSoa(zone, ref writer))
        {
            header = header with { IsTruncated = true };
        }

        request.Edns.Write(ref writer, code, origin.IdleTimeout);
        int length = writer.Finish(header);
        return signature.TrySign(response, ref length, origin.Now) ? length : 0;
    }

    private void Change(Func<Terms, Terms> change)
    {
        lock (_turn)
        {
            _terms = change(_terms);
        }
    }

    private sealed record Terms(ZoneCatalog Zones, TsigGuard Guard, AccessRules Rules, IReadOnlyDictionary<DomainName, AccessRules> ZoneRules);
}
