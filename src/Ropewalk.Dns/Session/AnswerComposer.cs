using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Session;

/// <summary>Writes the sections of an answer out of the zones: the algorithm of RFC 1034 §4.3.2, along aliases from zone to zone.</summary>
/// <remarks>
/// A record whose owner is the question's name, or what that name ends with, begins with a pointer into the question, and a record set of the question's own name is one copy out of the zone's
/// pool. A set is written whole or not at all (RFC 2181 §9). Signatures go with their set.
/// </remarks>
internal ref struct AnswerComposer
{
    // As many as BIND follows (its max-restarts was 16 for decades); a client that needs more asks again with the last name.
    private const int MostAliases = 16;

    // The number of BIND since 9.18.33 (CVE-2024-11187): thousands of hosts are not looked up one by one.
    private const int MostHosts = 13;

    private readonly ZoneCatalog _catalog;
    private readonly QueryMessage _query;
    private readonly Span<byte> _buffer;
    private readonly bool _isStream;
    private ReadOnlySpan<byte> _name;
    private int _labels;
    private bool _isQuestionName;
    private bool _hasWildcard;
    private int _proofsAt;

    /// <summary>Begins an answer.</summary>
    /// <param name="catalog">The zones.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="isStream">Whether there is room for everything.</param>
    /// <param name="buffer">Where the name that an alias leads to is kept: 255 bytes.</param>
    public AnswerComposer(ZoneCatalog catalog, QueryMessage query, bool isStream, Span<byte> buffer)
    {
        _catalog = catalog;
        _query = query;
        _isStream = isStream;
        _buffer = buffer;
        Begin();
    }

    /// <summary>Gets the result.</summary>
    public DnsResponseCode Code { get; private set; }

    /// <summary>Says whether the first name of the answer is one that we have authority for. <b>Spec</b>: RFC 1035 §4.1.1.</summary>
    public bool IsAuthoritative { get; private set; }

    /// <summary>Gets how long the ending of the question's name is below which a wildcard or a DNAME gives the answer; zero if the name itself has it.</summary>
    public int SharedBytes { get; private set; }

    /// <summary>Says whether something that belongs to the answer did not fit.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Writes answer, authority and additional section.</summary>
    public void Compose(ref DnsMessageWriter writer)
    {
        writer.GoTo(DnsSection.Answer);
        for (int aliases = 0; !IsTruncated; aliases++)
        {
            Zone? zone = _catalog.FindFor(_name, _labels, _query.Type, _query.Class);
            if (zone is null)
            {
                // Others know where the alias leads to; of a name that was asked for itself, nobody here knows.
                Code = aliases == 0 ? DnsResponseCode.Refused : Code;
                break;
            }

            ZoneLookup found = ZoneLookup.Find(zone, _name, _labels, _query.Type);
            bool isAlias = found.Branch is LookupBranch.Cname or LookupBranch.WildcardCname or LookupBranch.Dname;
            IsAuthoritative |= found.Branch != LookupBranch.Referral;
            if (aliases == 0 && (found.IsWildcard || found.Branch == LookupBranch.Dname))
            {
                // A wildcard's own name has two bytes more: its asterisk's.
                SharedBytes = zone[found.Node].Owner.Length - (found.IsWildcard ? 2 : 0);
            }

            if (!isAlias)
            {
                WriteEnd(ref writer, zone, found);
                return;
            }

            _hasWildcard |= found.IsWildcard;
            if (!TryWriteAlias(ref writer, zone, found, isFirst: aliases == 0) || aliases == MostAliases)
            {
                break;
            }
        }

        WriteWildcardProofs(ref writer);
    }

    private void Begin()
    {
        _name = _query.Name;
        _labels = _query.LabelCount;
        _isQuestionName = true;
    }

    // RFC 1034 §4.3.2, step 3a: an alias of the type that is asked for is the answer. One that was made of a DNAME is no other.
    private readonly bool IsAliasWanted => _query.Type is DnsType.CNAME or DnsType.ANY;

    // Where the first record stands: behind the question.
    private readonly int AnswerOffset => DnsLimits.HeaderBytes + _query.Name.Length + 4;

    // Where in the message an ending of the present name stands; zero if that is not known.
    private readonly int OffsetOf(int ownerLength) => _isQuestionName ? DnsLimits.HeaderBytes + _name.Length - ownerLength : 0;

    private void WriteEnd(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found)
    {
        switch (found.Branch)
        {
            case LookupBranch.Answer or LookupBranch.DelegationSigner or LookupBranch.WildcardAnswer:
                Require(WriteSet(ref writer, zone, found.Set, OffsetOf(_name.Length), _name));
                WriteProofOfWildcard(ref writer, zone, found);
                WriteAddresses(ref writer, zone, found.Set);
                break;
            case LookupBranch.Any or LookupBranch.WildcardAny:
                WriteAny(ref writer, zone, found);
                WriteProofOfWildcard(ref writer, zone, found);
                break;
            case LookupBranch.Signatures or LookupBranch.WildcardSignatures:
                WriteSignatures(ref writer, zone, found);
                WriteProofOfWildcard(ref writer, zone, found);
                break;
            case LookupBranch.Referral:
                WriteProofOfWildcard(ref writer, zone, found);
                WriteReferral(ref writer, zone, found);
                break;
            default:
                Code = found.Branch == LookupBranch.NameError ? DnsResponseCode.NameError : Code;
                WriteProofOfWildcard(ref writer, zone, found);
                WriteDenial(ref writer, zone, found);
                break;
        }
    }

    private void Require(bool isWritten) => IsTruncated |= !isWritten;

    // RFC 1034 §4.3.2, steps 3a and 3c: the alias, and then from the start with the name that it leads to.
    private bool TryWriteAlias(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found, bool isFirst)
    {
        bool isTree = found.Branch == LookupBranch.Dname;
        ZoneRecordSet set = new(zone, found.Set);
        ReadOnlySpan<byte> owner = isTree ? zone[found.Node].Owner : _name;
        // A loop comes to a record that is there already: that of a CNAME ends it, that of a DNAME may make other names yet.
        bool isThere = !isFirst && WrittenSets.Contains(writer.Written, AnswerOffset, owner, set.Type);
        if (isThere && !isTree)
        {
            return false;
        }

        Require(isThere || WriteSet(ref writer, zone, found.Set, OffsetOf(owner.Length), owner));
        ZoneRecords records = set.Records;
        if (IsTruncated || !records.MoveNext())
        {
            return false;
        }

        return isTree ? TrySynthesize(ref writer, set.Ttl, owner, records.Current, isFirst) : TryFollow(records.Current);
    }

    // RFC 6672 §3.1: a CNAME from the name to the one in the other tree, with the DNAME's TTL.
    private bool TrySynthesize(ref DnsMessageWriter writer, uint ttl, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> target, bool isFirst)
    {
        int kept = _name.Length - owner.Length;
        if (kept + target.Length > DnsLimits.NameBytes)
        {
            // RFC 6672 §2.2: the name would be too long.
            Code = DnsResponseCode.NameExists;
            return false;
        }

        if (!isFirst && WrittenSets.Contains(writer.Written, AnswerOffset, _name, DnsType.CNAME))
        {
            return false;
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        _name[..kept].CopyTo(name);
        target.CopyTo(name[kept..]);
        name = name[..(kept + target.Length)];
        Require(_isQuestionName
            ? writer.TryWriteRecordAt(DnsLimits.HeaderBytes, DnsType.CNAME, _query.Class, ttl, name)
            : writer.TryWriteRecord(_name, DnsType.CNAME, _query.Class, ttl, name));
        return !IsTruncated && !IsAliasWanted && TryFollow(name);
    }

    private bool TryFollow(scoped ReadOnlySpan<byte> target)
    {
        target.CopyTo(_buffer);
        _name = _buffer[..target.Length];
        _labels = WireName.CountLabels(_name);
        _isQuestionName = false;
        return true;
    }

    // RFC 8482 §4.1: one record set is enough, where a forged question could make a datagram of all of them.
    private void WriteAny(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found)
    {
        ref readonly ZoneNodeEntry node = ref zone.Nodes[found.Node];
        for (int set = node.FirstSet; set < node.FirstSet + node.SetCount && !IsTruncated; set++)
        {
            if (zone.Sets[set].Count == 0)
            {
                continue;
            }

            Require(WriteSet(ref writer, zone, set, OffsetOf(_name.Length), _name));
            if (!_isStream)
            {
                break;
            }
        }
    }

    // The same holds for signatures, of which there are some for each set: those of one, as BIND's minimal-any has it. Knot gives a single one.
    private void WriteSignatures(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found)
    {
        ref readonly ZoneNodeEntry node = ref zone.Nodes[found.Node];
        for (int set = node.FirstSet; set < node.FirstSet + node.SetCount && !IsTruncated; set++)
        {
            if (_query.DnssecOk && IsTree(writer, zone, set))
            {
                continue;
            }

            Require(TryWriteSignatures(ref writer, new ZoneRecordSet(zone, set), OffsetOf(_name.Length), _name, uint.MaxValue));
            if (!_isStream && zone.Sets[set].SignatureCount > 0)
            {
                break;
            }
        }
    }

    // A DNAME can make the name that it stands at of one below it: then it is there, signed if that is wanted.
    private readonly bool IsTree(scoped in DnsMessageWriter writer, Zone zone, int set) =>
        zone.Sets[set].Type == DnsType.DNAME && WrittenSets.Contains(writer.Written, AnswerOffset, _name, DnsType.DNAME);

    // RFC 2308 §2, §3: the SOA, for no longer than its last field says.
    private void WriteDenial(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found)
    {
        writer.GoTo(DnsSection.Authority);
        if (zone.SoaSet >= 0 && !IsTruncated)
        {
            Require(WriteSet(ref writer, zone, zone.SoaSet, OffsetOf(zone.Apex.Wire.Length), zone.Apex.Wire, zone.NegativeTtl));
            if (_query.DnssecOk && zone.IsSigned)
            {
                WriteProof(ref writer, zone, _name, _labels, found);
            }
        }
    }

    private void WriteReferral(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found)
    {
        writer.GoTo(DnsSection.Authority);
        ZoneNode cut = zone[found.Node];
        int offset = OffsetOf(cut.Owner.Length);
        // RFC 4035 §3.1.4: the name servers' records are the child's, and so are their signatures.
        Require(TryWriteRecords(ref writer, new ZoneRecordSet(zone, found.Set), offset, cut.Owner, uint.MaxValue));
        if (_query.DnssecOk && zone.IsSigned && !IsTruncated)
        {
            // RFC 4035 §3.1.4.1: a signed DS, or the proof that there is none.
            if (cut.TryFind(DnsType.DS, out ZoneRecordSet signer) && signer.Count > 0)
            {
                Require(WriteSet(ref writer, zone, signer.Index, offset, cut.Owner));
            }
            else
            {
                WriteProof(ref writer, zone, cut.Owner, cut.LabelCount, new ZoneLookup(LookupBranch.NoDelegationSigner, found.Node));
            }
        }

        if (!IsTruncated)
        {
            WriteGlue(ref writer, zone, found.Set, cut.Owner);
        }
    }

    // RFC 9471 §3.1: without the addresses of servers below the cut nobody gets there, so that they belong to the answer. Those of others help.
    private void WriteGlue(ref DnsMessageWriter writer, Zone zone, int set, ReadOnlySpan<byte> cut)
    {
        writer.GoTo(DnsSection.Additional);
        foreach (ReadOnlySpan<byte> server in new ZoneRecordSet(zone, set))
        {
            if (WireName.IsWithin(server, cut))
            {
                Require(TryWriteAddresses(ref writer, zone, server));
            }
        }

        foreach (ReadOnlySpan<byte> server in new ZoneRecordSet(zone, set))
        {
            if (!WireName.IsWithin(server, cut) && !TryWriteAddresses(ref writer, zone, server))
            {
                return;
            }
        }
    }

    // RFC 1034 §4.3.2, step 6: what the client would ask for next, if there is room.
    private readonly void WriteAddresses(ref DnsMessageWriter writer, Zone zone, int set)
    {
        int leading = zone.Sets[set].Type switch
        {
            DnsType.NS => 0,
            DnsType.MX or DnsType.SVCB or DnsType.HTTPS => 2,
            DnsType.SRV => 6,
            _ => -1,
        };
        if (leading < 0 || IsTruncated)
        {
            return;
        }

        writer.GoTo(DnsSection.Additional);
        Span<int> hosts = stackalloc int[MostHosts];
        int count = 0;
        foreach (ReadOnlySpan<byte> rdata in new ZoneRecordSet(zone, set))
        {
            ReadOnlySpan<byte> target = rdata[leading..];
            WireName.Measure(target, out int length);
            // RFC 9460 §2.5.1, §2.5.2: the root stands for the owner itself; in an alias, of priority zero, for nothing.
            bool isOwner = length == 1 && zone.Sets[set].Type is (DnsType.SVCB or DnsType.HTTPS) && (rdata[0] | rdata[1]) != 0;
            ReadOnlySpan<byte> host = isOwner ? _name : target[..length];
            int node = FindHost(zone, host);
            if (node < 0 || hosts[..count].Contains(node))
            {
                // Several ports or preferences of one host: its addresses are there.
                continue;
            }

            hosts[count++] = node;
            if (!TryWriteAddresses(ref writer, zone, node, host) || count == MostHosts)
            {
                return;
            }
        }
    }

    private readonly bool TryWriteAddresses(ref DnsMessageWriter writer, Zone zone, ReadOnlySpan<byte> host) =>
        FindHost(zone, host) is var node && (node < 0 || TryWriteAddresses(ref writer, zone, node, host));

    private static int FindHost(Zone zone, ReadOnlySpan<byte> host) => WireName.IsWithin(host, zone.Apex.Wire) ? zone.Find(host) : -1;

    private readonly bool TryWriteAddresses(ref DnsMessageWriter writer, Zone zone, int node, ReadOnlySpan<byte> host)
    {
        ref readonly ZoneNodeEntry entry = ref zone.Nodes[node];
        int ipv4 = zone.FindSet(entry, DnsType.A), ipv6 = zone.FindSet(entry, DnsType.AAAA);
        return (ipv4 < 0 || WriteSet(ref writer, zone, ipv4, 0, host)) && (ipv6 < 0 || WriteSet(ref writer, zone, ipv6, 0, host));
    }

    // RFC 4035 §3.1.3.3: that no closer name exists than the wildcard that has answered.
    private void WriteProofOfWildcard(ref DnsMessageWriter writer, Zone zone, in ZoneLookup found)
    {
        bool isAnswer = found.Branch is LookupBranch.WildcardAnswer or LookupBranch.WildcardAny or LookupBranch.WildcardSignatures;
        if (isAnswer && _query.DnssecOk && zone.IsSigned && !IsTruncated)
        {
            writer.GoTo(DnsSection.Authority);
            WriteProof(ref writer, zone, _name, _labels, found);
        }

        if (_hasWildcard)
        {
            WriteWildcardProofs(ref writer);
        }
    }

    // What was written for wildcards along the chain is not written again.
    private void WriteProof(ref DnsMessageWriter writer, Zone zone, ReadOnlySpan<byte> name, int labels, in ZoneLookup found) =>
        Require(DenialProofs.TryWrite(ref writer, zone, name, labels, found, _proofsAt));

    // The same for wildcards along the chain: the answers are written by now, and the chain is walked once more.
    private void WriteWildcardProofs(ref DnsMessageWriter writer)
    {
        if (!_hasWildcard || !_query.DnssecOk || IsTruncated)
        {
            return;
        }

        _proofsAt = AnswerOffset;

        ReadOnlySpan<byte> last = _name;
        Span<byte> kept = stackalloc byte[DnsLimits.NameBytes];
        last.CopyTo(kept);
        int lastLength = last.Length, lastLabels = _labels;
        _hasWildcard = false;
        writer.GoTo(DnsSection.Authority);
        Begin();
        for (int aliases = 0; aliases <= MostAliases && !IsTruncated && _catalog.FindFor(_name, _labels, _query.Type, _query.Class) is { } zone; aliases++)
        {
            ZoneLookup found = ZoneLookup.Find(zone, _name, _labels, _query.Type);
            if (found.Branch == LookupBranch.WildcardCname && zone.IsSigned)
            {
                WriteProof(ref writer, zone, _name, _labels, found);
            }

            if (!TryWalk(zone, found))
            {
                break;
            }
        }

        TryFollow(kept[..lastLength]);
        _labels = lastLabels;
    }

    private bool TryWalk(Zone zone, in ZoneLookup found)
    {
        if (found.Branch is not (LookupBranch.Cname or LookupBranch.WildcardCname or LookupBranch.Dname) || (found.Branch == LookupBranch.Dname && IsAliasWanted))
        {
            return false;
        }

        ZoneRecords records = new ZoneRecordSet(zone, found.Set).Records;
        records.MoveNext();
        int kept = found.Branch == LookupBranch.Dname ? _name.Length - zone[found.Node].Owner.Length : 0;
        if (kept + records.Current.Length > DnsLimits.NameBytes)
        {
            return false;
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        _name[..kept].CopyTo(name);
        records.Current.CopyTo(name[kept..]);
        return TryFollow(name[..(kept + records.Current.Length)]);
    }

    private readonly bool WriteSet(ref DnsMessageWriter writer, Zone zone, int index, int offset, ReadOnlySpan<byte> owner, uint mostTtl = uint.MaxValue)
    {
        ZoneRecordSet set = new(zone, index);
        DnsMessageMark mark = writer.Mark();
        if (TryWriteRecords(ref writer, set, offset, owner, mostTtl) && (!_query.DnssecOk || TryWriteSignatures(ref writer, set, offset, owner, mostTtl)))
        {
            return true;
        }

        writer.Rewind(mark);
        return false;
    }

    private static bool TryWriteRecords(ref DnsMessageWriter writer, ZoneRecordSet set, int offset, ReadOnlySpan<byte> owner, uint mostTtl) =>
        offset == DnsLimits.HeaderBytes && mostTtl == uint.MaxValue && !RecordFormats.HasCompressibleNames(set.Type)
            ? writer.TryWriteRecords(set.RecordBytes, set.Count)
            : CanFit(writer, set) && TryWriteEach(ref writer, set.Records, set.Zone.Class, set.Type, offset, owner, mostTtl);

    // In the zone each owner is a pointer, and only the root is shorter. So a thousand hosts with a thousand addresses each are not written a thousand times to no end.
    private static bool CanFit(scoped in DnsMessageWriter writer, ZoneRecordSet set) =>
        RecordFormats.HasCompressibleNames(set.Type) || set.RecordBytes.Length - set.Count <= writer.Left;

    private static bool TryWriteSignatures(ref DnsMessageWriter writer, ZoneRecordSet set, int offset, ReadOnlySpan<byte> owner, uint mostTtl) =>
        offset == DnsLimits.HeaderBytes && mostTtl == uint.MaxValue
            ? writer.TryWriteRecords(set.SignatureBytes, set.SignatureCount)
            : TryWriteEach(ref writer, set.Signatures, set.Zone.Class, DnsType.RRSIG, offset, owner, mostTtl);

    private static bool TryWriteEach(
        ref DnsMessageWriter writer, ZoneRecords records, DnsClass recordClass, DnsType type, int offset, ReadOnlySpan<byte> owner, uint mostTtl)
    {
        DnsMessageMark mark = writer.Mark();
        while (records.MoveNext())
        {
            uint ttl = Math.Min(records.Ttl, mostTtl);
            bool isWritten = offset > 0
                ? writer.TryWriteRecordAt(offset, type, recordClass, ttl, records.Current)
                : writer.TryWriteRecord(owner, type, recordClass, ttl, records.Current);
            if (!isWritten)
            {
                writer.Rewind(mark);
                return false;
            }
        }

        return true;
    }
}
