using System.Runtime.InteropServices;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Zones;

/// <summary>Orders the staged records of one name: by type, those of a type before what signs them, then by canonical rdata, then as they were read.</summary>
internal readonly struct RecordOrder(ZoneBuilder staged) : IComparer<int>
{
    // Types with names in lower case have fewer bytes than this, but for signatures, which are only compared as they are.
    private const int MostCanonicalBytes = 1024;

    /// <summary>Compares rdata of one type. <b>Spec</b>: RFC 4034 §6.3.</summary>
    public static int CompareRdata(DnsType type, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int order = one.SequenceCompareTo(other);
        if (order == 0 || one.Length > MostCanonicalBytes || other.Length > MostCanonicalBytes || !RecordFormats.HasDowncasedNames(type))
        {
            return order;
        }

        Span<byte> canonical = stackalloc byte[MostCanonicalBytes], otherCanonical = stackalloc byte[MostCanonicalBytes];
        canonical = canonical[..one.Length];
        otherCanonical = otherCanonical[..other.Length];
        one.CopyTo(canonical);
        other.CopyTo(otherCanonical);
        RecordFormat format = RecordFormat.Of(type);
        format.ToCanonical(canonical);
        format.ToCanonical(otherCanonical);
        return canonical.SequenceCompareTo(otherCanonical);
    }

    public int Compare(int x, int y)
    {
        ReadOnlySpan<StagedRecord> records = CollectionsMarshal.AsSpan(staged.Records);
        ref readonly StagedRecord one = ref records[x];
        ref readonly StagedRecord other = ref records[y];
        int order = one.Covered.CompareTo(other.Covered);
        if (order == 0)
        {
            order = (one.Type != one.Covered).CompareTo(other.Type != other.Covered);
        }

        if (order == 0)
        {
            order = CompareRdata(one.Type, staged.Rdata.Get(one.Rdata, one.RdataLength), staged.Rdata.Get(other.Rdata, other.RdataLength));
        }

        return order != 0 ? order : x.CompareTo(y);
    }
}
