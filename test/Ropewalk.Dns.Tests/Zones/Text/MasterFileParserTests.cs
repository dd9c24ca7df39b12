using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Text;

public sealed class MasterFileParserTests
{
    private static string[] Lines(string text) => text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A text, a bar where a line ends; the records that it means.</summary>
    private static void Means(string text, string records)
    {
        ParsedZone zone = ParsedZone.Of(text.Replace('|', '\n'));
        Assert.Empty(zone.Problems);
        Assert.Equal(Lines(records), zone.Records);
    }

    public sealed class Rfc1035_5_1
    {
        [Theory]
        [InlineData("a 1 IN A 192.0.2.1|", "a.example.org. 1 IN A 192.0.2.1")]
        [InlineData("a 1 IN A 192.0.2.1", "a.example.org. 1 IN A 192.0.2.1")]
        [InlineData("@ 1 A 192.0.2.1", "example.org. 1 IN A 192.0.2.1")]
        [InlineData("a.b. 1 A 192.0.2.1", "a.b. 1 IN A 192.0.2.1")]
        [InlineData("\\@ 1 A 192.0.2.1", "\\@.example.org. 1 IN A 192.0.2.1")]
        [InlineData("a\\.b\\032c 1 A 192.0.2.1", "a\\.b\\032c.example.org. 1 IN A 192.0.2.1")]
        [InlineData(". 1 NS a", ". 1 IN NS a.example.org.")]
        public void Names(string text, string records) => Means(text, records);

        [Theory]
        [InlineData("a 1 A 192.0.2.1| A 192.0.2.2|\tA 192.0.2.3|", "a.example.org. 1 IN A 192.0.2.1|a.example.org. 1 IN A 192.0.2.2|a.example.org. 1 IN A 192.0.2.3")]
        [InlineData("a 1 A 192.0.2.1||; c| |  ; c| A 192.0.2.2", "a.example.org. 1 IN A 192.0.2.1|a.example.org. 1 IN A 192.0.2.2")]
        [InlineData("a 1 A 192.0.2.1|( b 1 A|192.0.2.2 )", "a.example.org. 1 IN A 192.0.2.1|b.example.org. 1 IN A 192.0.2.2")]
        public void Owners_left_out(string text, string records) => Means(text, records);

        [Theory]
        [InlineData("a 5 IN A 192.0.2.1")]
        [InlineData("a IN 5 A 192.0.2.1")]
        [InlineData("a 5 A 192.0.2.1")]
        [InlineData("$TTL 5|a IN A 192.0.2.1")]
        [InlineData("$TTL 5|a A 192.0.2.1")]
        [InlineData("a 5 CLASS1 TYPE1 192.0.2.1")]
        [InlineData("a 5 in a 192.0.2.1")]
        [InlineData("a 5s TYPE1 \\# 4 C0000201")]
        public void Ttl_and_class_in_any_order(string text) => Means(text, "a.example.org. 5 IN A 192.0.2.1");

        [Theory]
        [InlineData("a ( 5 ; c|IN|A ) 192.0.2.1| A 192.0.2.2", "a.example.org. 5 IN A 192.0.2.1|a.example.org. 5 IN A 192.0.2.2")]
        [InlineData("a 5 TXT ( \"(\" ; ) |b )", "a.example.org. 5 IN TXT \"(\" \"b\"")]
        [InlineData("@ 5 SOA ns host (|1;serial|2 3|4 5)|", "example.org. 5 IN SOA ns.example.org. host.example.org. 1 2 3 4 5")]
        public void Parentheses(string text, string records) => Means(text, records);

        [Theory]
        [InlineData("$ORIGIN b|a 5 NS n", "a.b.example.org. 5 IN NS n.b.example.org.")]
        [InlineData("$ORIGIN b.|$origin c|a 5 NS @", "a.c.b. 5 IN NS c.b.")]
        [InlineData("$ORIGIN .|a 5 NS @", "a. 5 IN NS .")]
        [InlineData("a 5 NS n|$ORIGIN b| NS n", "a.example.org. 5 IN NS n.example.org.|a.example.org. 5 IN NS n.b.example.org.")]
        public void Origin(string text, string records) => Means(text, records);

        [Theory]
        [InlineData("a 5 A 192.0.2.1\r\n A 192.0.2.2\r\n\r\n")]
        [InlineData("\u00ef\u00bb\u00bfa 5 A 192.0.2.1\n A 192.0.2.2")]
        public void Ends_of_lines_and_marks_of_editors(string text) =>
            Assert.Equal(["a.example.org. 5 IN A 192.0.2.1", "a.example.org. 5 IN A 192.0.2.2"], ParsedZone.Of(text).Records);
    }

    public sealed class Ttls
    {
        /// <summary>RFC 2308 §4: $TTL is for what follows; RFC 1035 §5.1: without it, the last one that was said; BIND: without any, the SOA's last field.</summary>
        [Theory]
        [InlineData("$TTL 7|a A 192.0.2.1|b 5 A 192.0.2.1|c A 192.0.2.1|$TTL 1h|d A 192.0.2.1", "7 5 7 3600")]
        [InlineData("a 5 A 192.0.2.1|b A 192.0.2.1|c 6 A 192.0.2.1|d A 192.0.2.1", "5 5 6 6")]
        [InlineData("@ SOA a b 1 2 3 4 9|a A 192.0.2.1|b 5 A 192.0.2.1|c A 192.0.2.1", "9 9 5 9")]
        [InlineData("@ 8 SOA a b 1 2 3 4 9|a A 192.0.2.1|b 5 A 192.0.2.1|c A 192.0.2.1", "8 8 5 5")]
        [InlineData("$TTL 1w2d3h4m5s|a A 192.0.2.1|b 1D A 192.0.2.1|c 2147483647 A 192.0.2.1", "788645 86400 2147483647")]
        public void Which_one(string text, string ttls)
        {
            ParsedZone zone = ParsedZone.Of(text.Replace('|', '\n'));
            Assert.Empty(zone.Problems);
            Assert.Equal(ttls, string.Join(' ', zone.Records.Select(record => record.Split(' ')[1])));
        }

        /// <summary>RFC 2181 §8.</summary>
        [Fact]
        public void Beyond_31_bits_is_zero_and_a_warning()
        {
            ParsedZone zone = ParsedZone.Of("$TTL 2147483648\na A 192.0.2.1\nb 4294967295 A 192.0.2.1\n");
            Assert.Equal(["a.example.org. 0 IN A 192.0.2.1", "b.example.org. 0 IN A 192.0.2.1"], zone.Records);
            Assert.Equal(["z:1:1 TtlTooLarge", "z:3:1 TtlTooLarge"], zone.Problems);
            Assert.Equal(0, zone.Parser.ErrorCount);
        }
    }

    public sealed class Errors
    {
        [Theory]
        [InlineData("a A 192.0.2.1|a 5 A 192.0.2.2|", "z:1:1 TtlMissing", 1)]
        [InlineData(" 5 A 192.0.2.1|a 5 A 192.0.2.2|", "z:1:2 OwnerMissing", 1)]
        [InlineData("a 5|b 5 A 192.0.2.2|", "z:1:4 FieldMissing", 1)]
        [InlineData("a 5 A|b 5 A 192.0.2.2|", "z:1:6 FieldMissing", 1)]
        [InlineData("a|b 5 A 192.0.2.2|", "z:1:2 FieldMissing", 1)]
        [InlineData("a 5 A 192.0.2.2 3|b 5 A 192.0.2.2|", "z:1:17 TextTrailing", 1)]
        [InlineData("a 5 5 A 192.0.2.2|b 5 A 192.0.2.2|", "z:1:5 TypeUnknown", 1)]
        [InlineData("a 5 IN IN A 192.0.2.2|b 5 A 192.0.2.2|", "z:1:8 TypeUnknown", 1)]
        [InlineData("a 5 CH A 192.0.2.2|b 5 A 192.0.2.2|", "z:1:5 ClassForeign", 1)]
        [InlineData("a 5 AXFR|b 5 OPT \\# 0|c 5 TYPE0 \\# 0|d 5 A 192.0.2.2|", "z:1:5 TypeMeta|z:2:5 TypeMeta|z:3:5 TypeMeta", 1)]
        [InlineData("a 5x A 192.0.2.2|b 5 A 192.0.2.2|", "z:1:3 DurationMalformed", 1)]
        [InlineData("a 5 \"A\" 192.0.2.2|b 5 A 192.0.2.2|", "z:1:5 TypeUnknown", 1)]
        [InlineData("a..b 5 A 192.0.2.1| A 192.0.2.1|b 5 A 192.0.2.2|", "z:1:1 LabelEmpty", 1)]
        [InlineData("a 5 NS b..|b 5 A 192.0.2.2|", "z:1:8 LabelEmpty", 1)]
        [InlineData("a 5 TXT \"b|c 5 A 192.0.2.2|", "z:1:9 QuoteNotClosed", 1)]
        [InlineData("a 5 TXT b )|c 5 A 192.0.2.2|", "z:1:11 ParenthesisUnbalanced", 1)]
        [InlineData("c 5 A 192.0.2.2|a 5 TXT ( b|c|", "z:2:9 ParenthesisUnbalanced", 1)]
        [InlineData("$FOO 1|a 5 A 192.0.2.2|", "z:1:1 DirectiveUnknown", 1)]
        [InlineData("$TTL|a 5 A 192.0.2.2|", "z:1:5 FieldMissing", 1)]
        [InlineData("$TTL x|a 5 A 192.0.2.2|", "z:1:6 DurationMalformed", 1)]
        [InlineData("$TTL 1 2|a 5 A 192.0.2.2|", "z:1:8 TextTrailing", 1)]
        [InlineData("$ORIGIN|a 5 A 192.0.2.2|", "z:1:8 FieldMissing", 1)]
        [InlineData("$ORIGIN a..|a 5 A 192.0.2.2|", "z:1:9 LabelEmpty", 1)]
        [InlineData("$INCLUDE|a 5 A 192.0.2.2|", "z:1:9 FieldMissing", 1)]
        [InlineData("$INCLUDE n|a 5 A 192.0.2.2|", "z:1:1 FileUnreadable", 1)]
        public void Are_told_where_they_are_and_the_next_entry_is_read(string text, string problems, int records)
        {
            ParsedZone zone = ParsedZone.Of(text.Replace('|', '\n'));
            Assert.Equal(Lines(problems), zone.Problems);
            Assert.Equal(records, zone.Records.Count);
        }

        [Fact]
        public void Are_all_told_up_to_a_bound()
        {
            ParsedZone zone = ParsedZone.Of(string.Concat(Enumerable.Repeat("a 5 A x\n", 5000)));
            Assert.Equal(1000, zone.Parser.Problems.Count);
            Assert.Equal(5000, zone.Parser.ProblemCount);
            Assert.Equal("z:1000:7 AddressMalformed", zone.Problems.Last());
        }

        [Fact]
        public void Records_know_where_they_were_read()
        {
            ParsedZone zone = ParsedZone.Of("\n\na 5 A 192.0.2.1\n   A 192.0.2.2\n$INCLUDE i\n", null, ("i", "b 5 A 192.0.2.3"));
            Assert.Equal(["z:3:1", "z:4:4", "i:1:1"], zone.Positions.Select(position => zone.Parser.Files.Locate(position).ToString()));
        }
    }

    /// <summary>The word is shown with its rule, as far as it can be, and no control characters with it.</summary>
    [Theory]
    [InlineData("a 5 FOO x\n", "FOO: it is no record type")]
    [InlineData("a 5 A\n", "a field is missing")]
    [InlineData("a 5 A", "a field is missing")]
    [InlineData("\u001b[31m 5 A x\n", "x: it is no address of this record's family")]
    [InlineData("a 5 A \u001b[31m\n", "?[31m: it is no address of this record's family")]
    [InlineData("a 5 A 1234567890123456789012345678901234567890\n", "1234567890123456789012345678901234567890: it is no address of this record's family")]
    [InlineData("a 5 A 12345678901234567890123456789012345678901\n", "1234567890123456789012345678901234567890...: it is no address of this record's family")]
    public void Problems_show_the_word(string text, string told) => Assert.Equal([told], ParsedZone.Of(text).Parser.Problems.Select(problem => problem.Text));

    [Fact]
    public void A_hundred_thousand_records_allocate_as_much_as_one()
    {
        byte[] one = Encoding.ASCII.GetBytes("$TTL 5\na A 192.0.2.1\n");
        byte[] many = Encoding.ASCII.GetBytes("$TTL 5\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i =>
            $"h{i} IN A 192.0.2.1\n AAAA 2001:db8::{i:x}\n 300 MX 10 mail.example.net.\n TXT \"v=spf1 -all\" b\n NS ns1\n")));
        Count sink = new();
        Allocated(one, sink);
        Allocated(many, sink);
        Assert.Equal(Allocated(one, sink), Allocated(many, sink));
        Assert.True(sink.Records > 200_000);
    }

    private static long Allocated(byte[] text, IRecordSink sink)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        MasterFileParser parser = new("z", DomainName.Root);
        parser.Parse(sink);
        parser.Give(text);
        parser.Parse(sink);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class Count : IRecordSink
    {
        public int Records { get; private set; }

        public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default) => Records++;
    }
}
