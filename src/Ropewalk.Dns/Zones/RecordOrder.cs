using System.Buffers;
using System.Runtime.InteropServices;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Zones;

/// <summary>Orders the staged records of one name: by type, those of a type before what signs them, then by canonical rdata, then as they were read.</summary>
internal readonly struct RecordOrder(ZoneBuilder staged) : IComparer<int>
{
    // Types with names in lower case mostly have fewer bytes than this; signatures may have more.
    private const int FewBytes = 1024;

    /// <summary>Compares rdata of one type. <b>Spec</b>: RFC 4034 §6.3.</summary>
    public static int CompareRdata(DnsType type, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int order = one.SequenceCompareTo(other);
        if (order == 0 || !RecordFormats.HasDowncasedNames(type))
        {
            return order;
        }

        // Some compared as they are, and others in lower case, would be in no order.
        byte[]? rented = one.Length + other.Length <= FewBytes ? null : ArrayPool<byte>.Shared.Rent(one.Length + other.Length);
        Span<byte> both = rented ?? stackalloc byte[FewBytes];
        Span<byte> canonical = both[..one.Length], otherCanonical = both.Slice(one.Length, other.Length);
        one.CopyTo(canonical);
        other.CopyTo(otherCanonical);
        RecordFormat format = RecordFormat.Of(type);
        format.ToCanonical(canonical);
        format.ToCanonical(otherCanonical);
        order = canonical.SequenceCompareTo(otherCanonical);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return order;
    }

    public int Compare(int x, int y)
    {
        ReadOnlySpan<StagedRecord> records = CollectionsMarshal.AsSpan(staged.Records);
        ref readonly StagedRecord one = ref records[x];
        ref readonly StagedRecord other = ref records[y];
        // As numbers: enumerations are compared as objects, two for each time.
        int order = ((int)one.Covered).CompareTo((int)other.Covered);
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
