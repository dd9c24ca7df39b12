using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Zones;

/// <summary>The records of a set stand in canonical order, whatever they are.</summary>
public static class RecordOrderTests
{
    // RFC 4034 §6.2, §6.3. With the long one compared as it is written, each would stand before the next, in a circle.
    [Fact]
    public static void Signatures_of_any_length_are_ordered_with_their_names_in_lower_case()
    {
        string[] signers = ["Bb", "aa", "Zz", "cC", "Aa"];
        int[] lengths = [4, 8, 4000, 2000, 3000];
        var builder = new ZoneBuilder(DomainName.Parse("test"), ZoneText.Hash);
        for (int i = 0; i < signers.Length; i++)
        {
            builder.Add(builder.Apex.Wire, DnsType.RRSIG, DnsClass.IN, 60, Signature(signers[i], lengths[i]));
        }

        // RFC 2181 §5: the same but for the case of its name.
        builder.Add(builder.Apex.Wire, DnsType.RRSIG, DnsClass.IN, 60, Signature("zZ", 4000));
        Zone zone = builder.Build();
        List<string> order = [];
        foreach (ReadOnlySpan<byte> rdata in zone[0][0].Signatures)
        {
            order.Add($"{(char)rdata[19]}{(char)rdata[20]} {rdata.Length - 22}");
        }

        Assert.Equal(["aa 8", "Aa 3000", "Bb 4", "cC 2000", "Zz 4000"], order);
    }

    // RFC 2181 §5.2.
    [Fact]
    public static void The_TTL_of_a_set_is_that_of_the_record_that_was_read_first()
    {
        foreach (string text in new[] { "a 30 A 192.0.2.3\na 10 A 192.0.2.1\na 20 A 192.0.2.2\n", "a 30 A 192.0.2.1\na 10 A 192.0.2.2\na 20 A 192.0.2.3\n", "a 30 A 192.0.2.2\na 10 A 192.0.2.1\na 40 A 192.0.2.3\n" })
        {
            Zone zone = ZoneText.Load("site.test", text);
            ZoneRecords records = zone[1][0].Records;
            while (records.MoveNext())
            {
                Assert.Equal(30u, records.Ttl);
            }
        }
    }

    // RFC 1035 §4.1.1: a message counts with sixteen bits, and so does a set.
    [Fact]
    public static void A_set_has_as_many_records_as_a_message_can_count()
    {
        var builder = new ZoneBuilder(DomainName.Parse("test"), ZoneText.Hash, keepPositions: true);
        for (int i = 0; i < ushort.MaxValue + 3; i++)
        {
            builder.Add(builder.Apex.Wire, DnsType.A, DnsClass.IN, 60, [10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
        }

        Zone zone = builder.Build(out ZonePositions? positions);
        Assert.Equal(ushort.MaxValue, zone[0][0].Count);
        Assert.Equal(ushort.MaxValue, zone.RecordCount);
        Assert.Equal([MergeReason.SetTooLarge, MergeReason.SetTooLarge, MergeReason.SetTooLarge], positions!.Merged.Select(merged => merged.Reason));
    }

    // A million records are compared twenty million times.
    [Fact]
    public static void Comparing_allocates_nothing()
    {
        const int Count = 2_000;
        var builder = new ZoneBuilder(DomainName.Parse("test"), ZoneText.Hash);
        for (int i = 0; i < Count; i++)
        {
            byte[] rdata = [(byte)(i * 37), (byte)(i * 11), (byte)(i >> 4), (byte)i];
            builder.Add(builder.Apex.Wire, (i & 1) == 0 ? DnsType.A : (DnsType)65280, DnsClass.IN, 60, rdata);
        }

        int[] records = [.. Enumerable.Range(0, Count)];
        var order = new RecordOrder(builder);
        records.AsSpan().Sort(order);
        records.AsSpan().Reverse();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int compared = 0;
        for (int i = 1; i < Count; i++)
        {
            compared += order.Compare(records[i - 1], records[i]) > 0 ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Count - 1, compared);
    }

    // RRSIG with one label as its signer, in front of so many bytes.
    private static byte[] Signature(string signer, int bytes) =>
        [0, 1, 13, 1, 0, 0, 0, 60, 0, 0, 0, 2, 0, 0, 0, 1, 0, 7, 2, (byte)signer[0], (byte)signer[1], 0, .. new byte[bytes]];
}
