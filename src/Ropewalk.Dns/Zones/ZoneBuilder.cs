using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Zones;

/// <summary>Collects the records of a zone, in any order, and makes the zone of them.</summary>
/// <remarks>
/// Records that cannot be in the zone are left out and listed in <see cref="Rejected"/>; whether the zone makes sense is for checks to say. <b>Call</b>: from one thread at a time. A million
/// records are long work: not on a loop.
/// </remarks>
public sealed class ZoneBuilder : IRecordSink
{
    // What arrays can hold, less a little; the pool has 12 bytes more a record than what is staged.
    private const long MostPoolBytes = 2_000_000_000;
    private const int MostRejectedTold = 1_000;

    private readonly List<RejectedRecord> _rejected = [];
    private readonly int[] _rejectedFor = new int[Enum.GetValues<RejectionReason>().Length];
    private readonly NameHash _hash;
    private NameIndex _index;
    private int _lastOwner = -1;

    /// <summary>Begins a zone.</summary>
    /// <param name="apex">The zone's name.</param>
    /// <param name="hash">Hashes its names, with a secret of the process.</param>
    /// <param name="recordClass">The class of its records.</param>
    /// <param name="keepPositions">Whether <see cref="Build(out ZonePositions?)"/> shall say where each record set was read.</param>
    public ZoneBuilder(DomainName apex, NameHash hash, DnsClass recordClass = DnsClass.IN, bool keepPositions = false)
    {
        ArgumentNullException.ThrowIfNull(apex);
        Apex = apex;
        Class = recordClass;
        _hash = hash;
        _index = new NameIndex(hash, 64);
        Positions = keepPositions ? [] : null;
        // The apex is there, with or without records.
        OwnerOf(apex.Wire);
    }

    /// <summary>Gets the zone's name.</summary>
    public DomainName Apex { get; }

    /// <summary>Gets the class of its records.</summary>
    public DnsClass Class { get; }

    /// <summary>Gets how many records have been taken, duplicates included.</summary>
    public int Count => Records.Count;

    /// <summary>Gets the records that were left out: the first thousand.</summary>
    public IReadOnlyList<RejectedRecord> Rejected => _rejected;

    /// <summary>Gets how many records were left out.</summary>
    public int RejectedCount => _rejectedFor.Sum();

    internal List<StagedRecord> Records { get; } = [];

    internal List<StagedOwner> Owners { get; } = [];

    internal List<SourcePosition>? Positions { get; }

    internal ByteChunks Names { get; } = new();

    internal ByteChunks Rdata { get; } = new();

    internal NameHash Hash => _hash;

    /// <inheritdoc/>
    public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
    {
        if (recordClass != Class)
        {
            Reject(RejectionReason.OtherClass, owner, type, position);
        }
        else if (!WireName.IsWithin(owner, Apex.Wire))
        {
            Reject(RejectionReason.OutOfZone, owner, type, position);
        }
        else if (Rdata.Bytes + Names.Bytes + ((long)Records.Count * ZoneRecords.HeadBytes) > MostPoolBytes)
        {
            Reject(RejectionReason.ZoneTooLarge, owner, type, position);
        }
        else
        {
            Records.Add(new StagedRecord
            {
                Owner = OwnerOf(owner),
                Rdata = Rdata.Add(rdata),
                RdataLength = (ushort)rdata.Length,
                Ttl = ttl,
                Type = type,
                Covered = CoveredBy(type, rdata),
            });
            Positions?.Add(position);
        }
    }

    /// <summary>Adds a record that a program has made.</summary>
    /// <returns>The builder.</returns>
    public ZoneBuilder Add(ResourceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Add(record.Owner.Wire, record.Type, record.Class, (uint)record.Ttl.TotalSeconds, record.Rdata.Encode());
        return this;
    }

    /// <summary>Makes the zone of what has been added.</summary>
    public Zone Build() => Build(out _);

    /// <summary>Makes the zone of what has been added, and says where its record sets come from.</summary>
    /// <param name="positions">Where the first record of each set was read; null unless the builder keeps positions.</param>
    public Zone Build(out ZonePositions? positions) => new ZoneAssembly(this).Build(out positions);

    /// <summary>Counts the records that were left out for one reason.</summary>
    internal int CountRejected(RejectionReason reason) => _rejectedFor[(int)reason];

    /// <summary>Leaves a record out.</summary>
    internal void Reject(RejectionReason reason, ReadOnlySpan<byte> owner, DnsType type, SourcePosition position)
    {
        _rejectedFor[(int)reason]++;
        if (_rejected.Count < MostRejectedTold)
        {
            _rejected.Add(new(reason, DomainName.Of(owner), type, position));
        }
    }

    private static DnsType CoveredBy(DnsType type, ReadOnlySpan<byte> rdata) =>
        type == DnsType.RRSIG && rdata.Length >= 2 ? (DnsType)((rdata[0] << 8) | rdata[1]) : type;

    private int OwnerOf(ReadOnlySpan<byte> name)
    {
        // Records of one name mostly follow each other.
        if (_lastOwner >= 0 && Names.Get(Owners[_lastOwner].Name, Owners[_lastOwner].Length).SequenceEqual(name))
        {
            return _lastOwner;
        }

        ulong hash = _hash.Of(name);
        int place = _index.Begin(hash);
        while (true)
        {
            int owner = _index.Next(hash, ref place);
            if (owner < 0)
            {
                break;
            }

            if (WireName.Equal(Names.Get(Owners[owner].Name, Owners[owner].Length), name))
            {
                return _lastOwner = owner;
            }
        }

        _index.Add(hash, Owners.Count);
        Owners.Add(new StagedOwner(Names.Add(name), (byte)name.Length));
        return _lastOwner = Owners.Count - 1;
    }
}
