using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Sends one version of a zone, message by message: its SOA, all other records with their signatures, its SOA. <b>Spec</b>: RFC 5936 §2.2.</summary>
/// <remarks>
/// <para><b>Theory.</b> A zone does not change, so the place in it is three numbers: the name, the set, the byte in the set's records. A message is filled until a record does not fit, and the place is where
/// the next begins. What is glue, or hidden below a cut or a DNAME, is sent as it is (RFC 5936 §3.3, §3.5).</para>
/// <para>Messages have at most 16 KiB, as NSD's have, for pointers reach no further (RFC 1035 §4.1.4); only a record that needs more gets a longer one. Each is signed if the request was.</para>
/// </remarks>
internal sealed class ZoneTransfer : ITransfer
{
    /// <summary>How long a message becomes if its first record does not need more.</summary>
    public const int MessageBytes = 16 * 1024;

    private readonly Zone _zone;
    private readonly byte[] _question;
    private readonly DnsHeader _header;
    private readonly TransferEdns _edns;
    private readonly TsigTransaction? _transaction;
    private readonly TimeSpan? _idle;
    private readonly PeerPrefix _peer;
    private ZoneTransferSource? _source;
    private ZonePlace _place;

    public ZoneTransfer(Zone zone, in TransferRequest request, in TsigCheck signature, TimeSpan? idle, ZoneTransferSource source, PeerPrefix peer)
    {
        _zone = zone;
        _question = request.Name.ToArray();
        Type = request.Type;
        _header = request.Header.ToResponse(DnsResponseCode.NoError) with { IsAuthoritative = true };
        _edns = request.Edns;
        _transaction = signature.Transaction;
        KeyName = signature.Key?.Name;
        _idle = idle;
        _source = source;
        _peer = peer;
    }

    /// <inheritdoc/>
    public DomainName Zone => _zone.Apex;

    /// <inheritdoc/>
    public uint Serial => _zone.Serial;

    /// <inheritdoc/>
    public DnsType Type { get; }

    /// <inheritdoc/>
    public DomainName? KeyName { get; }

    /// <inheritdoc/>
    public long RecordCount { get; private set; }

    /// <inheritdoc/>
    public long ByteCount { get; private set; }

    /// <inheritdoc/>
    public bool IsComplete => _place.Stage == ZonePlaceStage.Complete;

    /// <summary>Writes a zone's SOA record.</summary>
    public static bool TryWriteSoa(Zone zone, ref DnsMessageWriter writer)
    {
        if (!zone[0].TryFind(DnsType.SOA, out ZoneRecordSet set))
        {
            return false;
        }

        ZoneRecords records = set.Records;
        return records.MoveNext() && writer.TryWriteRecord(zone[0].Owner, DnsType.SOA, zone.Class, records.Ttl, records.Current);
    }

    /// <inheritdoc/>
    public int Write(Span<byte> message, DateTimeOffset now)
    {
        if (IsComplete)
        {
            return 0;
        }

        int length = Fill(message, MessageBytes, now);
        return length > 0 ? length : Fill(message, DnsLimits.MessageBytes, now);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source?.Leave(_peer);
        _source = null;
    }

    private int Fill(Span<byte> message, int limitBytes, DateTimeOffset now)
    {
        ZonePlace place = _place;
        bool isFirst = place.Stage == ZonePlaceStage.Beginning;
        DnsMessageWriter writer = new(message, limitBytes, NameCompression.SameCase);
        if (!writer.TryReserve((_transaction?.RecordBytes ?? 0) + (isFirst ? _edns.ReservedBytes : 0)))
        {
            return 0;
        }

        // RFC 5936 §2.2.2: the question stands in the first message, and need not in the others.
        if (isFirst && !writer.TryWriteQuestion(_question, Type, _zone.Class))
        {
            return 0;
        }

        writer.GoTo(DnsSection.Answer);
        WriteRecords(ref writer, ref place);
        int count = writer.CountOf(DnsSection.Answer);
        if (count == 0)
        {
            return 0;
        }

        if (isFirst)
        {
            _edns.Write(ref writer, DnsResponseCode.NoError, _idle);
        }

        int length = writer.Finish(_header);
        // RFC 8945 §5.3.1: the first and the last must be signed; here all are, which every client can check.
        if (_transaction is not null && !_transaction.TrySign(message, ref length, now))
        {
            return 0;
        }

        _place = place;
        RecordCount += count;
        ByteCount += length;
        return length;
    }

    // RFC 5936 §2.2.3 and §6: the SOA first and last, each other record once.
    private void WriteRecords(ref DnsMessageWriter writer, ref ZonePlace place)
    {
        if (place.Stage == ZonePlaceStage.Beginning)
        {
            if (!TryWriteSoa(_zone, ref writer))
            {
                return;
            }

            place = new(ZonePlaceStage.Records);
        }

        if (place.Stage == ZonePlaceStage.Records)
        {
            if (!TryWriteNodes(ref writer, ref place))
            {
                return;
            }

            place = new(ZonePlaceStage.Ending);
        }

        if (TryWriteSoa(_zone, ref writer))
        {
            place = new(ZonePlaceStage.Complete);
        }
    }

    private bool TryWriteNodes(ref DnsMessageWriter writer, ref ZonePlace place)
    {
        for (; place.Node < _zone.NodeCount; place = place.NextNode())
        {
            ZoneNode node = _zone[place.Node];
            for (; place.Set < node.SetCount; place = place.NextSet())
            {
                if (!TryWriteSet(ref writer, node, node[place.Set], ref place))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool TryWriteSet(ref DnsMessageWriter writer, scoped in ZoneNode node, scoped in ZoneRecordSet set, ref ZonePlace place)
    {
        int signaturesAt = set.RecordBytes.Length;
        if (set.Type == DnsType.SOA && place is { Node: 0, Offset: 0 })
        {
            // The zone's own SOA stands at both ends; its signatures stand here.
            place = place with { Offset = signaturesAt };
        }

        while (true)
        {
            bool isSignature = place.Offset >= signaturesAt;
            ZoneRecords records = new(isSignature ? set.SignatureBytes[(place.Offset - signaturesAt)..] : set.RecordBytes[place.Offset..]);
            if (!records.MoveNext())
            {
                return true;
            }

            if (!writer.TryWriteRecord(node.Owner, isSignature ? DnsType.RRSIG : set.Type, _zone.Class, records.Ttl, records.Current))
            {
                return false;
            }

            place = place with { Offset = place.Offset + ZoneRecords.HeadBytes + records.Current.Length };
        }
    }
}
