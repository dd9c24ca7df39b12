using System.Runtime.InteropServices;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Zones;

public sealed class ZoneTests
{
    private const string Text = """
        @ 300 SOA ns hostmaster 1 3600 900 86400 300
        @ 300 NS ns
        ns 300 A 192.0.2.1
        www 300 A 192.0.2.2

        """;

    [Fact]
    public void Versions_of_the_same_records_are_the_same_whatever_lies_between_their_entries()
    {
        Zone one = Zone.Parse("example.", Text), other = Zone.Parse("example.", Text);
        Dirty(one.Sets);
        Dirty(one.Nodes);

        Assert.True(one.HasSameRecords(other));
        Assert.True(other.HasSameRecords(one));
    }

    [Theory]
    [InlineData("192.0.2.2", "192.0.2.3")]
    [InlineData("www 300", "www 301")]
    [InlineData("www", "wwx")]
    [InlineData("www 300 A 192.0.2.2", "")]
    public void Versions_that_differ_in_one_thing_are_others(string was, string isNow)
    {
        Zone one = Zone.Parse("example.", Text), other = Zone.Parse("example.", Text.Replace(was, isNow, StringComparison.Ordinal));

        Assert.False(one.HasSameRecords(other));
    }

    // What the runtime puts in the bytes after the last field is its own affair: here, ones.
    private static void Dirty<T>(T[] entries)
        where T : unmanaged
    {
        int size = Marshal.SizeOf<T>();
        Span<byte> bytes = MemoryMarshal.AsBytes(entries.AsSpan());
        T[] before = [.. entries];
        for (int at = 0; at < bytes.Length; at += size)
        {
            bytes[at + size - 1] = 0xff;
            bytes[at + size - 2] = 0xff;
        }

        Assert.Equal(before, entries);
    }
}
