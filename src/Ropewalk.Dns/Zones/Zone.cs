using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Zones;

/// <summary>Holds one zone as flat arrays: names in canonical order, their record sets, and one pool with the records as they go into answers. It never changes.</summary>
/// <remarks>
/// A million records are six arrays, which the garbage collector need not look into. A name is found by its hash in one step; names that do not exist cost one step for each label,
/// of no more than the zone's deepest name has. Whoever has the zone keeps it, whatever is loaded in its place: an answer and a transfer see one version.
/// <b>Call</b>: from any thread.
/// </remarks>
public sealed class Zone
{
    private readonly ZoneArrays _arrays;

    internal Zone(DomainName apex, DnsClass recordClass, in ZoneArrays arrays)
    {
        Apex = apex;
        Class = recordClass;
        _arrays = arrays;
        if (this[0].TryFind(DnsType.SOA, out ZoneRecordSet soa) && soa.Count > 0)
        {
            SoaSet = soa.Index;
            ZoneRecords records = soa.Records;
            records.MoveNext();
            ReadOnlySpan<byte> timers = records.Current[^20..];
            Serial = BinaryPrimitives.ReadUInt32BigEndian(timers);
            // RFC 2308 §3: the lesser of the SOA's own TTL and its last field.
            NegativeTtl = Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(timers[16..]));
        }

        Nsec3 = Nsec3Chain.Of(this);
        IsSigned = Nsec3 is not null || (Nodes[0].Flags & ZoneNodeFlags.Nsec) != 0;
        NsecBefore = Nsec3 is null && IsSigned ? FindNsecs() : [];
    }

    /// <summary>Gets the zone's name.</summary>
    public DomainName Apex { get; }

    /// <summary>Gets the class of all its records.</summary>
    public DnsClass Class { get; }

    /// <summary>Gets the serial number of its SOA; zero if it has none.</summary>
    public uint Serial { get; }

    /// <summary>Gets for how many seconds it may be kept that something does not exist. <b>Spec</b>: RFC 2308 §3.</summary>
    public uint NegativeTtl { get; }

    /// <summary>Says whether it can prove that something does not exist: it has NSEC or NSEC3 records.</summary>
    public bool IsSigned { get; }

    /// <summary>Gets how many names there are, those without records included.</summary>
    public int NodeCount => Nodes.Length;

    /// <summary>Gets how many records there are, signatures included.</summary>
    public int RecordCount => _arrays.RecordCount;

    /// <summary>Gets how many bytes it takes.</summary>
    public long MemoryBytes =>
        Names.LongLength + PoolLength + ((long)NodeCount * 20) + ((long)Sets.Length * 20) + _arrays.Index.MemoryBytes + (NsecBefore.LongLength * sizeof(int)) + (Nsec3?.MemoryBytes ?? 0);

    internal ZoneNodeEntry[] Nodes => _arrays.Nodes;

    internal ZoneSetEntry[] Sets => _arrays.Sets;

    internal ReadOnlySpan<byte> Pool => _arrays.Pool;

    /// <summary>Gets the hashed denials, if the zone has them in place of NSEC.</summary>
    internal Nsec3Chain? Nsec3 { get; }

    /// <summary>Gets, for each name, the last one at or before it that has an NSEC; empty without any.</summary>
    internal int[] NsecBefore { get; }

    /// <summary>Gets the place of the SOA's set; -1 if there is none.</summary>
    internal int SoaSet { get; } = -1;

    internal NameHash Hash => _arrays.Index.Hash;

    private byte[] Names => _arrays.Names;

    private long PoolLength => _arrays.Pool.LongLength;

    /// <summary>Makes a zone of the text of a master file: the zones of a test, and small ones of a program. Those of files are for <see cref="Server.DnsServerOptions.ZoneFiles"/>.</summary>
    /// <param name="apex">The zone's name, and what relative names are below.</param>
    /// <param name="text">The records. <c>$TTL</c> is an hour until the text says another; a text without an SOA gets one, with serial 1 and five minutes for what does not exist. It includes no file.</param>
    /// <param name="hash">Hashes the names; null for one without a secret, which serves where the names are the program's own.</param>
    /// <exception cref="FormatException">The text breaks a rule, or has records of elsewhere; all that is wrong is told with its lines.</exception>
    public static Zone Parse(string apex, string text, NameHash? hash = null)
    {
        ArgumentNullException.ThrowIfNull(apex);
        ArgumentNullException.ThrowIfNull(text);
        return ZoneTextReader.Read(DomainName.Parse(apex), text, hash ?? new NameHash(0, 0));
    }

    /// <summary>Gets a name, by its place in canonical order.</summary>
    public ZoneNode this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Nodes.Length);
            return new(this, index);
        }
    }

    /// <summary>Finds a name.</summary>
    /// <param name="name">The name in wire form, in any case.</param>
    /// <returns>Its place; -1 if it is not there.</returns>
    public int Find(ReadOnlySpan<byte> name)
    {
        ulong hash = _arrays.Index.Hash.Of(name);
        int place = _arrays.Index.Begin(hash);
        while (true)
        {
            int node = _arrays.Index.Next(hash, ref place);
            if (node < 0 || WireName.Equal(NameOf(Nodes[node]), name))
            {
                return node;
            }
        }
    }

    /// <summary>Finds the longest ending of a name that exists in the zone: its closest encloser. <b>Spec</b>: RFC 4592 §3.3.1.</summary>
    /// <param name="name">A name at or below the apex, which may exist itself.</param>
    /// <param name="labels">How many labels it has.</param>
    /// <param name="nextCloser">Where in it the name begins that is one label longer than what is found.</param>
    internal int FindEncloser(ReadOnlySpan<byte> name, int labels, out int nextCloser)
    {
        nextCloser = 0;
        int at = 0;
        for (; labels > _arrays.MostLabels; labels--)
        {
            nextCloser = at;
            at += name[at] + 1;
        }

        while (true)
        {
            int node = Find(name[at..]);
            if (node >= 0 && (Nodes[node].Flags & ZoneNodeFlags.Hashed) == 0)
            {
                return node;
            }

            nextCloser = at;
            at += name[at] + 1;
        }
    }

    /// <summary>Finds the wildcard that stands directly below a name which has one.</summary>
    internal int FindWildcard(int encloser)
    {
        Span<byte> wildcard = stackalloc byte[DnsLimits.NameBytes + 2];
        return Find(WireName.WriteWildcard(NameOf(Nodes[encloser]), wildcard));
    }

    /// <summary>Finds the last name that stands before another one, or is it, in canonical order. <b>Spec</b>: RFC 4034 §6.1.</summary>
    /// <param name="name">A name below the apex.</param>
    /// <param name="encloser">Its closest encloser: only names at or below that are looked at.</param>
    internal int FindAtOrBefore(ReadOnlySpan<byte> name, int encloser)
    {
        int low = encloser, high = Nodes.Length - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) >> 1);
            if (WireName.Compare(NameOf(Nodes[middle]), name) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>Says whether another version of the zone has the same records, to the byte.</summary>
    public bool HasSameRecords(Zone other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Names.AsSpan().SequenceEqual(other.Names)
            && Pool.SequenceEqual(other.Pool)
            && MemoryMarshal.AsBytes(Nodes.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.Nodes.AsSpan()))
            && MemoryMarshal.AsBytes(Sets.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.Sets.AsSpan()));
    }

    internal ReadOnlySpan<byte> NameOf(in ZoneNodeEntry entry) => new(Names, entry.NameOffset, entry.NameLength);

    internal int FindSet(in ZoneNodeEntry entry, DnsType type)
    {
        ReadOnlySpan<ZoneSetEntry> sets = new(Sets, entry.FirstSet, entry.SetCount);
        if (sets.Length > 16)
        {
            return FindAmongMany(sets, type) is int found and >= 0 ? entry.FirstSet + found : -1;
        }

        for (int i = 0; i < sets.Length; i++)
        {
            if (sets[i].Type == type)
            {
                return entry.FirstSet + i;
            }
        }

        return -1;
    }

    // A name may have as many types as there are numbers.
    private static int FindAmongMany(ReadOnlySpan<ZoneSetEntry> sets, DnsType type)
    {
        int low = 0, high = sets.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (sets[middle].Type == type)
            {
                return middle;
            }

            if (sets[middle].Type < type)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    private int[] FindNsecs()
    {
        int[] before = new int[Nodes.Length];
        int last = 0;
        for (int i = 0; i < before.Length; i++)
        {
            if ((Nodes[i].Flags & (ZoneNodeFlags.Nsec | ZoneNodeFlags.Occluded)) == ZoneNodeFlags.Nsec)
            {
                last = i;
            }

            before[i] = last;
        }

        return before;
    }
}
