using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Text;

/// <summary>Files that are made to hurt: each costs no more than one pass over its bytes, and no exception. (Bombs and loops: GenerateTests, IncludeTests.)</summary>
public sealed class HostileFileTests
{
    [Fact]
    public void A_hundred_thousand_parentheses()
    {
        string deep = $"a 5 A {new string('(', 100_000)}192.0.2.1{new string(')', 100_000)}\nb 5 A 192.0.2.2\n";
        Assert.Equal(2, ParsedZone.Of(deep).Records.Count);
        Assert.Equal(["z:1:7 ParenthesisUnbalanced"], ParsedZone.Of($"a 5 A {new string('(', 100_000)}").Problems);
        ParsedZone closed = ParsedZone.Of($"a 5 A {new string(')', 100_000)}\nb 5 A 192.0.2.2\n");
        Assert.Equal(["z:1:7 ParenthesisUnbalanced"], closed.Problems);
        Assert.Single(closed.Records);
    }

    [Theory]
    [InlineData("a", "FieldMissing", false)]
    [InlineData(" ", "FieldMissing", true)]
    [InlineData("\\", "EscapeMalformed", false)]
    [InlineData("a ", "RecordTooLong", true)]
    [InlineData("\"\" ", "RecordTooLong", true)]
    [InlineData("() ", "FieldMissing", true)]
    [InlineData("\"a", "RecordTooLong", true)]
    [InlineData("a\\\"", "QuoteNotClosed", true)]
    public void A_line_of_64_MiB(string piece, string violation, bool isRdata)
    {
        byte[] line = new byte[64 * 1024 * 1024];
        byte[] unit = Encoding.ASCII.GetBytes(piece);
        unit.CopyTo(line, 0);
        for (int filled = unit.Length; filled < line.Length; filled *= 2)
        {
            line.AsSpan(0, Math.Min(filled, line.Length - filled)).CopyTo(line.AsSpan(filled));
        }

        Encoding.ASCII.GetBytes(isRdata ? "a 5 TXT " : "").CopyTo(line, 0);
        Encoding.ASCII.GetBytes("\nb 5 A 192.0.2.2\n").CopyTo(line, line.Length - 17);
        ParsedZone zone = ParsedZone.Of(line);
        string problem = Assert.Single(zone.Problems);
        Assert.True(problem.EndsWith(violation, StringComparison.Ordinal) || problem.EndsWith("NameTooLong", StringComparison.Ordinal) || problem.EndsWith("LabelTooLong", StringComparison.Ordinal), problem);
        Assert.Equal(["b.example.org. 5 IN A 192.0.2.2"], zone.Records);
    }

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, "z:1:1 LabelTooLong")]
    public void Labels(int length, string? problem) =>
        Assert.Equal(problem is null ? [] : [problem], ParsedZone.Of($"{new string('a', length)} 5 A 192.0.2.1\n").Problems);

    [Theory]
    [InlineData(121, null)]
    [InlineData(122, "z:1:1 NameTooLong")]
    public void Names(int labels, string? problem) =>
        Assert.Equal(problem is null ? [] : [problem], ParsedZone.Of($"{string.Join('.', Enumerable.Repeat("a", labels))} 5 A 192.0.2.1\n").Problems);

    [Fact]
    public void A_byte_of_zero_is_no_text()
    {
        ParsedZone zone = ParsedZone.Of("a 5 A 192.0.2.1\nb\0 5 A 192.0.2.1\n");
        Assert.Equal(["z:2:2 TextBinary"], zone.Problems);
        Assert.Empty(zone.Records);
        Assert.Equal(["z:1:2 TextBinary"], ParsedZone.Of(Encoding.Unicode.GetBytes("a 5 A 192.0.2.1\n")).Problems);
    }

    [Fact]
    public void A_thousand_problems_in_a_large_file_are_placed_in_one_pass()
    {
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a 5 A 192.0.2.x\n", 1_000_000)));
        ParsedZone zone = ParsedZone.Of(text);
        Assert.Equal("z:1000:7 AddressMalformed", zone.Problems.Last());
        Assert.Equal(1_000_000, zone.Parser.ProblemCount);
    }

    /// <summary>Texts of a seed: bytes of the format, and pieces of entries in any order. Nothing throws, and every position is in the text.</summary>
    [Fact]
    public void Anything()
    {
        string[] pieces =
        [
            "a", "@", ".", " ", "\t", "\n", "\r\n", "(", ")", "\"", ";", "\\", "\\032", "$", "$TTL ", "$ORIGIN ", "$INCLUDE ", "$GENERATE 1-3 ", "i", "IN ", "CH ", "5 ", "1h ", "A ", "NS ", "MX ", "TXT ", "SOA ",
            "192.0.2.1", "::1", "2001:db8::1.2.3.4", "TYPE65280 \\# 2 abcd", "\\# ", "RRSIG ", "SVCB 1 . alpn=h2 ", "LOC ", "${0,3,x}", "\u00e9", "99999999999 ", "ns.example.org. ", "\n a 5 A 192.0.2.1\n",
        ];
        for (int seed = 0; seed < 20_000; seed++)
        {
            Random random = new(seed);
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
            ParsedZone zone = ParsedZone.Of(text, null, ("i", "i 5 A 192.0.2.9\n"));
            foreach (MasterFileProblem problem in zone.Parser.Problems)
            {
                Assert.True(problem.Position.Offset >= 0 && problem.Position.Offset <= zone.Parser.Files.TextOf(problem.Position.File).Length, $"seed {seed}: {problem}");
                Assert.NotEqual("", problem.Text);
            }
        }
    }

    /// <summary>A good file with some bytes changed: the records of the lines that are whole are still there.</summary>
    [Fact]
    public void A_good_file_with_a_byte_changed()
    {
        string text = string.Concat(Enumerable.Range(0, 20).Select(i => $"h{i} 5 IN MX 10 m{i}.example.net.\n"));
        for (int seed = 0; seed < 5000; seed++)
        {
            Random random = new(seed);
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(1, 256);
            ParsedZone zone = ParsedZone.Of(bytes);
            // The end of a line joins two; a parenthesis takes what is behind it along.
            Assert.True(zone.Records.Count >= 18 || bytes.Contains((byte)'('), $"seed {seed}");
        }
    }

    [Fact]
    public void Addresses_are_what_the_system_takes_them_for()
    {
        string[] pieces = ["0", "1", "ffff", "12345", "a", "g", ":", ":", ":", "::", ".", "192.0.2.1", "1.2", "00a1"];
        for (int seed = 0; seed < 50_000; seed++)
        {
            Random random = new(seed);
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 18)).Select(_ => pieces[random.Next(pieces.Length)]));
            bool isOne = text.Contains(':', StringComparison.Ordinal) && System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            bool isTaken = Ropewalk.Dns.Wire.Records.RecordFormat.Of(DnsType.AAAA).TryParse(text, out byte[]? rdata, out _);
            Assert.True(isOne == isTaken, $"seed {seed}: {text}");
            Assert.True(!isTaken || System.Net.IPAddress.Parse(text).GetAddressBytes().AsSpan().SequenceEqual(rdata), text);
        }
    }
}
