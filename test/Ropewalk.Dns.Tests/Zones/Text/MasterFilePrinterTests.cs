using System.Buffers;
using System.Text;
using Ropewalk.Dns.Tests.Wire.Records;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Text;

public sealed class MasterFilePrinterTests
{
    [Fact]
    public void Prints_columns()
    {
        ArrayBufferWriter<byte> text = new();
        MasterFilePrinter printer = new(DomainName.Parse("example.org"), 3600, text);
        Parse("@ 3600 SOA ns1 host 1 2 3 4 5\n@ 3600 NS ns1\n@ 3600 NS ns2\nns1 300 A 192.0.2.1\nWWW.Example.org. 3600 A 192.0.2.1\nwww.example.org. 3600 AAAA ::1\n\\@ 3600 TYPE65280 \\# 1 ff\n", "example.org", printer);
        Assert.Equal(
            """
            $ORIGIN example.org.
            $TTL 3600
            @                               IN SOA     ns1.example.org. host.example.org. 1 2 3 4 5
                                            IN NS      ns1.example.org.
                                            IN NS      ns2.example.org.
            ns1                     300     IN A       192.0.2.1
            WWW.Example.org.                IN A       192.0.2.1
            www                             IN AAAA    ::1
            \@                              IN TYPE65280 \# 1 FF

            """,
            Encoding.ASCII.GetString(text.WrittenSpan));
    }

    /// <summary>Records of every type, under owners with everything that can be in a name.</summary>
    [Theory]
    [InlineData("example.org.")]
    [InlineData("org.")]
    [InlineData(".")]
    [InlineData("other.example.")]
    public void What_is_printed_is_parsed_to_the_same_bytes(string origin)
    {
        string[] owners = ["@", "a", "b.c", "\\@", "\\$TTL", "x\\.y", "\\000\\255\\032", "\\\"\\(\\)\\;\\\\", "UPPER.example.ORG.", "*", "other.example.", "."];
        StringBuilder text = new();
        int number = 0;
        foreach (RecordVector vector in RecordVectors.All.Where(vector => DnsTypes.TryParse(vector.Type, out DnsType type) && !type.IsMeta()))
        {
            string owner = owners[number++ / 2 % owners.Length];
            text.Append(owner).Append(' ').Append(number % 3 == 0 ? 3600 : number).Append(" IN ").Append(vector.Type).Append(' ').Append(vector.Text).Append('\n');
        }

        Copies first = new(), second = new();
        Parse(text.ToString(), "example.org", first);
        ArrayBufferWriter<byte> printed = new();
        Parse(text.ToString(), "example.org", new MasterFilePrinter(DomainName.Parse(origin), 3600, printed));
        Parse(Encoding.Latin1.GetString(printed.WrittenSpan), "not.the.origin", second);
        Assert.True(first.Records.Count > 100);
        Assert.Equal(first.Records, second.Records);
    }

    /// <summary>A zone of all types, as text and back: the same records, and the same text again.</summary>
    [Fact]
    public void A_zone_is_printed_and_read_again()
    {
        StringBuilder text = new("$TTL 3600\n@ SOA ns1 host 1 2 3 4 5\n@ 60 RRSIG SOA 13 2 3600 20300101000000 20200101000000 1 example.org. AAAA\nz.y.x A 192.0.2.1\n");
        foreach (RecordVector vector in RecordVectors.All.Where(vector => DnsTypes.TryParse(vector.Type, out DnsType type) && !type.IsMeta()))
        {
            text.Append($"{vector.Type.ToLowerInvariant()} {vector.Type} {vector.Text}\n");
        }

        Zone zone = Build(text.ToString());
        ArrayBufferWriter<byte> once = new(), twice = new();
        MasterFilePrinter.Print(zone, once);
        string printed = Encoding.ASCII.GetString(once.WrittenSpan);
        Zone again = Build(printed);
        MasterFilePrinter.Print(again, twice);
        Assert.StartsWith("$ORIGIN example.org.\n$TTL 3600\n@                               IN SOA ", printed, StringComparison.Ordinal);
        Assert.Equal(printed, Encoding.ASCII.GetString(twice.WrittenSpan));
        Assert.Equal((zone.RecordCount, zone.NodeCount), (again.RecordCount, again.NodeCount));
        Assert.Equal(zone.RecordCount + 2, printed.Count(letter => letter == '\n'));
    }

    private static Zone Build(string text)
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org"), new NameHash(1, 2));
        Parse(text, "example.org", builder);
        return builder.Build();
    }

    private static void Parse(string text, string origin, IRecordSink sink)
    {
        MasterFileParser parser = new("z", DomainName.Parse(origin));
        parser.Parse(sink);
        parser.Give(Encoding.Latin1.GetBytes(text));
        parser.Parse(sink);
        Assert.Empty(parser.Problems);
    }

    private sealed class Copies : IRecordSink
    {
        public List<string> Records { get; } = [];

        public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default) =>
            Records.Add($"{Convert.ToHexString(owner)} {ttl} {recordClass} {type} {Convert.ToHexString(rdata)}");
    }
}
