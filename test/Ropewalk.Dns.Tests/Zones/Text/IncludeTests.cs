using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Text;

public sealed class IncludeTests
{
    [Fact]
    public void Origin_and_owner_end_with_the_file_and_ttl_goes_on()
    {
        ParsedZone zone = ParsedZone.Of(
            "$TTL 5\na A 192.0.2.1\n$INCLUDE i b\n A 192.0.2.4\nz A 192.0.2.5\n",
            null,
            ("i", " A 192.0.2.2\nc A 192.0.2.3\n$ORIGIN d\n$TTL 6\n"));
        Assert.Empty(zone.Problems);
        Assert.Equal(
            [
                "a.example.org. 5 IN A 192.0.2.1", "a.example.org. 5 IN A 192.0.2.2", "c.b.example.org. 5 IN A 192.0.2.3",
                "a.example.org. 6 IN A 192.0.2.4", "z.example.org. 6 IN A 192.0.2.5",
            ],
            zone.Records);
    }

    [Fact]
    public void The_same_file_twice_is_read_once_and_parsed_twice()
    {
        ParsedZone zone = ParsedZone.Of("$TTL 5\n$INCLUDE i a\n$INCLUDE \"./i\" b\n", null, ("i", "@ A 192.0.2.1\n"));
        Assert.Empty(zone.Problems);
        Assert.Equal(["a.example.org. 5 IN A 192.0.2.1", "b.example.org. 5 IN A 192.0.2.1"], zone.Records);
        Assert.Equal(2, zone.Parser.Files.Count);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret")]
    [InlineData("sub/../../secret")]
    [InlineData("sub/../../zones/i")]
    [InlineData("..\\\\secret")]
    [InlineData("\\046./secret")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("\"\"")]
    public void Paths_out_of_the_folder_are_refused(string path)
    {
        ParsedZone zone = ParsedZone.At("zones/z", ("zones/z", $"$INCLUDE {path}\na 5 A 192.0.2.1\n"), ("secret", "s 5 A 192.0.2.1\n"), ("zones/i", "s 5 A 192.0.2.1\n"));
        Assert.Equal(["zones/z:1:1 IncludeOutside"], zone.Problems.Select(problem => problem.Replace(":10 ", ":1 ", StringComparison.Ordinal)));
        Assert.Equal(["a.example.org. 5 IN A 192.0.2.1"], zone.Records);
    }

    [Fact]
    public void Paths_are_relative_to_the_file_that_includes()
    {
        ParsedZone zone = ParsedZone.At(
            "zones/z",
            ("zones/z", "$INCLUDE sub/a\n"),
            ("zones/sub/a", "$INCLUDE b\n$INCLUDE ../c\n$INCLUDE ../../d\n"),
            ("zones/sub/b", "b 5 A 192.0.2.1\n"),
            ("zones/c", "c 5 A 192.0.2.1\n"),
            ("d", "d 5 A 192.0.2.1\n"));
        Assert.Equal(["b.example.org. 5 IN A 192.0.2.1", "c.example.org. 5 IN A 192.0.2.1"], zone.Records);
        Assert.Equal(["zones/sub/a:3:1 IncludeOutside"], zone.Problems.Select(problem => problem.Replace(":10 ", ":1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Loops_are_refused_with_their_chain()
    {
        ParsedZone zone = ParsedZone.Of("a 5 A 192.0.2.1\n$INCLUDE i\nb 5 A 192.0.2.2\n", null, ("i", "\n$INCLUDE j\nc 5 A 192.0.2.3\n"), ("j", "$INCLUDE i\n$INCLUDE z\nd 5 A 192.0.2.4\n"));
        Assert.Equal(["j:1:10 IncludeLoop", "j:2:10 IncludeLoop"], zone.Problems);
        Assert.Equal(["i -> j -> i", "z -> i -> j -> z"], zone.Parser.Problems.Select(problem => problem.Detail));
        Assert.Equal(4, zone.Records.Count);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        (string, string)[] files = [.. Enumerable.Range(1, 12).Select(i => ($"f{i}", $"h{i} 5 A 192.0.2.1\n$INCLUDE f{i + 1}\n"))];
        ParsedZone zone = ParsedZone.Of("$INCLUDE f1\n", null, files);
        Assert.Equal(["f10:2:10 IncludeTooDeep"], zone.Problems);
        Assert.Equal(10, zone.Records.Count);
    }

    /// <summary>Ten files, each including the next one ten times: 10^10 times the last one's text.</summary>
    [Fact]
    public void What_is_multiplied_by_including_is_bounded_by_its_bytes()
    {
        (string, string)[] files = [.. Enumerable.Range(1, 10).Select(i => ($"f{i}", string.Concat(Enumerable.Repeat($"$INCLUDE f{i + 1}\n", 10)))), ("f11", "a 5 A 192.0.2.1\n")];
        ParsedZone zone = ParsedZone.Of("$INCLUDE f1\n", new MasterFileLimits { TextBytes = 100_000, IncludeDepth = 20 }, files);
        Assert.Contains(zone.Parser.Problems, problem => problem.Violation == Ropewalk.Dns.Wire.Text.MasterFileViolation.TextTooLarge);
        Assert.InRange(zone.Records.Count, 1, 10_000);
    }

    [Fact]
    public void The_number_of_includes_is_bounded()
    {
        ParsedZone zone = ParsedZone.Of(string.Concat(Enumerable.Repeat("$INCLUDE i\n$INCLUDE none\n", 8)), new MasterFileLimits { Includes = 10 }, ("i", "a 5 A 192.0.2.1\n"));
        Assert.Equal(5, zone.Records.Count);
        Assert.Equal(5, zone.Problems.Count(problem => problem.EndsWith("FileUnreadable", StringComparison.Ordinal)));
        Assert.Equal(6, zone.Problems.Count(problem => problem.EndsWith("IncludeTooDeep", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_first_file_may_be_missing_too() =>
        Assert.Equal(["z:1:1 FileUnreadable"], ParsedZone.At("z").Problems);
}
