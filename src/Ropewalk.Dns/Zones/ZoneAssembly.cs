using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Zones;

/// <summary>Puts a zone together: sorts the names, adds those between them that have no records, groups the records into sets, and lays all down in a row.</summary>
internal sealed class ZoneAssembly(ZoneBuilder staged)
{
    // What a record set can have and still be sent: far less. Records beyond cannot be counted in a message.
    private const int MostRecords = ushort.MaxValue;

    private const int MostMergedTold = 1_000;

    // Where the runtime's sorting begins to halve.
    private const int MostInserted = 16;

    // RFC 4592 §2.2.2 makes a hundred names of one that is written. What is there in earnest is the reverse zone of IPv6: hosts that lie nowhere together are 24 labels below that of a /32,
    // of which a million share the first five.
    private const int MostEmpty = 1 << 20;
    private const int MostEmptyForEach = 20;

    private readonly ReadOnlyMemory<byte> _apex = staged.Apex.WireMemory;
    private readonly int _apexLabels = staged.Apex.LabelCount;
    private readonly List<ZoneSetEntry> _sets = new(staged.Records.Count);
    private readonly List<SourcePosition>? _positions = staged.Positions is null ? null : [];
    private readonly List<MergedRecord>? _merged = staged.Positions is null ? null : [];
    private readonly RecordOrder _order = new(staged);
    // Made once: each sort would make its own of a comparer.
    private readonly Comparison<int> _compareRecords = new RecordOrder(staged).Compare;
    private readonly int[] _path = new int[DnsLimits.Labels + 1];
    private ZoneNodeEntry[] _nodes = new ZoneNodeEntry[staged.Owners.Count + (staged.Owners.Count / 8) + 1];
    private byte[] _names = [];
    private byte[] _pool = [];
    private int[] _firstRecord = [];
    private int[] _records = [];
    private int _nodeCount;
    private long _emptyCount;
    private int _namesUsed;
    private int _poolUsed;
    private int _recordCount;
    private int _mostLabels;
    private int _mergedCount;

    public Zone Build(out ZonePositions? positions)
    {
        CanonicalKey[] order = SortOwners();
        GroupRecords();
        _names = GC.AllocateUninitializedArray<byte>((int)staged.Names.Bytes);
        _pool = GC.AllocateUninitializedArray<byte>((int)(staged.Rdata.Bytes + ((long)staged.Records.Count * ZoneRecords.HeadBytes)));
        foreach (ref readonly CanonicalKey key in order.AsSpan())
        {
            AddOwner(key.Owner);
        }

        Array.Resize(ref _nodes, _nodeCount);
        if (_poolUsed < _pool.Length)
        {
            Array.Resize(ref _pool, _poolUsed);
        }

        var index = new NameIndex(staged.Hash, _nodeCount);
        for (int node = 0; node < _nodeCount; node++)
        {
            index.Add(staged.Hash.Of(NameOf(node)), node);
        }

        positions = _positions is null ? null : new([.. _positions], _merged!, _mergedCount);
        return new Zone(staged.Apex, staged.Class, new ZoneArrays(_names, _nodes, [.. _sets], _pool, index, _recordCount, _mostLabels));
    }

    private CanonicalKey[] SortOwners()
    {
        ReadOnlySpan<StagedOwner> owners = CollectionsMarshal.AsSpan(staged.Owners);
        var keys = new CanonicalKey[owners.Length];
        var order = new OwnerOrder(staged);
        bool isSorted = true;
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = new CanonicalKey(i, order.NameOf(i), _apexLabels);
            isSorted = isSorted && (i == 0 || order.Compare(keys[i - 1], keys[i]) < 0);
        }

        if (!isSorted)
        {
            keys.AsSpan().Sort(order);
        }

        return keys;
    }

    private void GroupRecords()
    {
        ReadOnlySpan<StagedRecord> records = CollectionsMarshal.AsSpan(staged.Records);
        _firstRecord = new int[staged.Owners.Count + 1];
        foreach (ref readonly StagedRecord record in records)
        {
            _firstRecord[record.Owner + 1]++;
        }

        for (int owner = 1; owner < _firstRecord.Length; owner++)
        {
            _firstRecord[owner] += _firstRecord[owner - 1];
        }

        _records = new int[records.Length];
        int[] next = _firstRecord[..^1];
        for (int i = 0; i < records.Length; i++)
        {
            _records[next[records[i].Owner]++] = i;
        }
    }

    private void AddOwner(int owner)
    {
        StagedOwner name = staged.Owners[owner];
        ReadOnlySpan<byte> wire = staged.Names.Get(name.Name, name.Length);
        Span<int> records = _records.AsSpan(_firstRecord[owner].._firstRecord[owner + 1]);
        Span<byte> starts = stackalloc byte[DnsLimits.Labels];
        int labels = WireName.FindLabels(wire, starts);
        int shared = CountShared(wire, labels);
        int empty = labels - _apexLabels - 1 - shared;
        if (_emptyCount + empty > MostEmpty + ((long)MostEmptyForEach * staged.Owners.Count))
        {
            Reject(records, wire);
            return;
        }

        _emptyCount += empty;
        int nameOffset = _namesUsed;
        wire.CopyTo(_names.AsSpan(nameOffset));
        _namesUsed += wire.Length;
        // RFC 4592 §2.2.2: the names between exist too. Names come in canonical order, so that what is not on the path to the last one has no records.
        for (int depth = shared + 1; depth < labels - _apexLabels; depth++)
        {
            int at = starts[labels - _apexLabels - depth];
            AddNode(nameOffset + at, wire.Length - at, depth, ZoneNodeFlags.Empty);
        }

        int node = AddNode(nameOffset, wire.Length, labels - _apexLabels, ZoneNodeFlags.None);
        SortRecords(records);
        _nodes[node].FirstSet = _sets.Count;
        AddSets(records, wire);
        _nodes[node].SetCount = (ushort)(_sets.Count - _nodes[node].FirstSet);
        _nodes[node].Flags |= FlagsOf(node);
        if (records.Length == 0 && node != 0)
        {
            _nodes[node].Flags |= ZoneNodeFlags.Empty;
        }
    }

    private void SortRecords(Span<int> records)
    {
        if (records.Length > MostInserted)
        {
            records.Sort(_compareRecords);
            return;
        }

        // Names have a handful of records, mostly in their order: looking is all that is to do, and a comparer for each name would cost more than that.
        for (int i = 1; i < records.Length; i++)
        {
            int record = records[i], at = i;
            for (; at > 0 && _order.Compare(records[at - 1], record) > 0; at--)
            {
                records[at] = records[at - 1];
            }

            records[at] = record;
        }
    }

    // How many labels below the apex the last name and this one have in common.
    private int CountShared(ReadOnlySpan<byte> wire, int labels)
    {
        if (_nodeCount == 0)
        {
            return -1;
        }

        ref readonly ZoneNodeEntry last = ref _nodes[_nodeCount - 1];
        int depth = Math.Min(last.Labels, labels) - _apexLabels;
        while (depth > 0 && !WireName.IsWithin(wire, NameOf(_path[depth])))
        {
            depth--;
        }

        return depth;
    }

    private int AddNode(int nameOffset, int nameLength, int depth, ZoneNodeFlags flags)
    {
        if (_nodeCount == _nodes.Length)
        {
            Array.Resize(ref _nodes, _nodes.Length * 2);
        }

        int parent = depth == 0 ? 0 : _path[depth - 1];
        if (depth == 0)
        {
            flags |= ZoneNodeFlags.Apex;
        }
        else
        {
            if ((_nodes[parent].Flags & (ZoneNodeFlags.Cut | ZoneNodeFlags.Dname | ZoneNodeFlags.Occluded)) != 0)
            {
                flags |= ZoneNodeFlags.Occluded;
            }

            // RFC 8020 §2: with names below it a hash is a name as others.
            _nodes[parent].Flags &= ~ZoneNodeFlags.Hashed;
            if (_names[nameOffset] == 1 && _names[nameOffset + 1] == (byte)'*')
            {
                _nodes[parent].Flags |= ZoneNodeFlags.HasWildcard;
            }
        }

        int labels = depth + _apexLabels;
        _mostLabels = Math.Max(_mostLabels, labels);
        _path[depth] = _nodeCount;
        _nodes[_nodeCount] = new ZoneNodeEntry
        {
            NameOffset = nameOffset,
            NameLength = (byte)nameLength,
            Labels = (byte)labels,
            Parent = parent,
            FirstSet = _sets.Count,
            Flags = flags,
        };
        return _nodeCount++;
    }

    private ZoneNodeFlags FlagsOf(int node)
    {
        ZoneNodeFlags flags = default;
        bool onlyHashes = _nodes[node].SetCount > 0 && node != 0;
        foreach (ref readonly ZoneSetEntry set in CollectionsMarshal.AsSpan(_sets)[_nodes[node].FirstSet..])
        {
            onlyHashes &= set.Type == DnsType.NSEC3;
            if (set.SignatureCount > 0)
            {
                flags |= ZoneNodeFlags.Signed;
            }

            if (set.Count == 0)
            {
                continue;
            }

            flags |= set.Type switch
            {
                DnsType.NS when node != 0 => ZoneNodeFlags.Cut,
                DnsType.CNAME => ZoneNodeFlags.Cname,
                DnsType.DNAME => ZoneNodeFlags.Dname,
                DnsType.NSEC => ZoneNodeFlags.Nsec,
                _ => ZoneNodeFlags.None,
            };
        }

        return onlyHashes ? flags | ZoneNodeFlags.Hashed : flags;
    }

    private void Reject(ReadOnlySpan<int> records, ReadOnlySpan<byte> owner)
    {
        foreach (int record in records)
        {
            staged.Reject(RejectionReason.ZoneTooLarge, owner, staged.Records[record].Type, staged.Positions?[record] ?? default);
        }
    }

    private void AddSets(ReadOnlySpan<int> records, ReadOnlySpan<byte> owner)
    {
        ReadOnlySpan<StagedRecord> all = CollectionsMarshal.AsSpan(staged.Records);
        int first = _sets.Count;
        for (int begin = 0; begin < records.Length;)
        {
            // Signatures can be of every type that sixteen bits name: one more than they count.
            if (_sets.Count - first == ushort.MaxValue)
            {
                Reject(records[begin..], owner);
                return;
            }

            DnsType type = all[records[begin]].Covered;
            int end = begin, earliest = int.MaxValue;
            while (end < records.Length && all[records[end]].Covered == type)
            {
                earliest = Math.Min(earliest, records[end++]);
            }

            _sets.Add(AddSet(type, records[begin..end]));
            _positions?.Add(staged.Positions![earliest]);
            begin = end;
        }
    }

    private ZoneSetEntry AddSet(DnsType type, ReadOnlySpan<int> records)
    {
        ReadOnlySpan<StagedRecord> all = CollectionsMarshal.AsSpan(staged.Records);
        var set = new ZoneSetEntry { Type = type, Offset = _poolUsed };
        uint ttl = TtlOf(type, records);
        ReadOnlySpan<byte> last = default;
        bool isFirst = true;
        foreach (int index in records)
        {
            ref readonly StagedRecord record = ref all[index];
            ReadOnlySpan<byte> rdata = staged.Rdata.Get(record.Rdata, record.RdataLength);
            bool isSignature = record.Type != type;
            if (set.SignatureCount == 0 && isSignature)
            {
                isFirst = true;
                set.RecordBytes = _poolUsed - set.Offset;
            }

            // RFC 2181 §5: a record that is there twice is there once.
            bool isDuplicate = !isFirst && RecordOrder.CompareRdata(record.Type, last, rdata) == 0;
            if (isDuplicate || (isSignature ? set.SignatureCount : set.Count) == MostRecords)
            {
                Merge(isDuplicate ? MergeReason.Duplicate : MergeReason.SetTooLarge, index);
                continue;
            }

            if (!isSignature && record.Ttl != ttl)
            {
                Merge(MergeReason.OtherTtl, index);
            }

            AddRecord(record.Type, isSignature ? record.Ttl : ttl, rdata);
            _ = isSignature ? set.SignatureCount++ : set.Count++;
            last = rdata;
            isFirst = false;
        }

        int bytes = _poolUsed - set.Offset;
        if (set.SignatureCount == 0)
        {
            set.RecordBytes = bytes;
        }

        set.SignatureBytes = bytes - set.RecordBytes;
        return set;
    }

    private void Merge(MergeReason reason, int record)
    {
        if (_merged is null)
        {
            return;
        }

        _mergedCount++;
        if (_merged.Count < MostMergedTold)
        {
            _merged.Add(new(reason, _sets.Count, staged.Positions![record]));
        }
    }

    // RFC 2181 §5.2: one TTL for all. The first one's that was read, as BIND and NSD have it.
    private uint TtlOf(DnsType type, ReadOnlySpan<int> records)
    {
        int earliest = int.MaxValue;
        foreach (int index in records)
        {
            if (staged.Records[index].Type == type)
            {
                earliest = Math.Min(earliest, index);
            }
        }

        return earliest == int.MaxValue ? 0 : staged.Records[earliest].Ttl;
    }

    private void AddRecord(DnsType type, uint ttl, ReadOnlySpan<byte> rdata)
    {
        Span<byte> place = _pool.AsSpan(_poolUsed, ZoneRecords.HeadBytes + rdata.Length);
        BinaryPrimitives.WriteUInt16BigEndian(place, 0xc000 | DnsLimits.HeaderBytes);
        BinaryPrimitives.WriteUInt64BigEndian(place[2..], ((ulong)type << 48) | ((ulong)staged.Class << 32) | ttl);
        BinaryPrimitives.WriteUInt16BigEndian(place[10..], (ushort)rdata.Length);
        rdata.CopyTo(place[ZoneRecords.HeadBytes..]);
        _poolUsed += place.Length;
        _recordCount++;
    }

    private ReadOnlySpan<byte> NameOf(int node) => _names.AsSpan(_nodes[node].NameOffset, _nodes[node].NameLength);
}
