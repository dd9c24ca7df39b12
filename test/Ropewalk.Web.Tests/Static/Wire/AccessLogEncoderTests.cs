using System.Net;
using System.Text;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class AccessLogEncoderTests
{
    private static readonly byte[] Time = AccessLogEncoder.EncodeTime(new DateTimeOffset(1994, 11, 6, 9, 49, 37, TimeSpan.FromHours(1)));

    [Fact]
    public void Writes_the_combined_format() => Assert.Equal(
        "127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a?b HTTP/1.1\" 200 1024 \"http://r/\" \"curl/8\"\n",
        Encode(new AccessLogEntry(IPAddress.Loopback, "GET", "/a?b", "HTTP/1.1", 200, 1024, "http://r/", "curl/8")));

    [Fact]
    public void Writes_a_dash_for_what_is_not_there() => Assert.Equal(
        "- - - [06/Nov/1994:08:49:37 +0000] \"GET / HTTP/2\" 304 0 \"-\" \"-\"\n",
        Encode(new AccessLogEntry(null, "GET", "/", "HTTP/2", 304, 0, null, "")));

    [Theory]
    [InlineData("a\"b", "a\\x22b")]
    [InlineData("a\\b", "a\\x5Cb")]
    [InlineData("a\r\n127.0.0.1 - - []", "a\\x0D\\x0A127.0.0.1 - - []")]
    [InlineData("\u001b[31mred", "\\x1B[31mred")]
    [InlineData("a\tb\0\u007f", "a\\x09b\\x00\\x7F")]
    [InlineData("é", "\\xC3\\xA9")]
    [InlineData("\u202e", "\\xE2\\x80\\xAE")]
    [InlineData("😀", "\\xF0\\x9F\\x98\\x80")]
    public void Escapes_what_could_forge_a_line(string agent, string expected)
    {
        string line = Encode(new AccessLogEntry(null, "GET", "/", "HTTP/1.1", 200, 1, null, agent));
        Assert.EndsWith($"\"{expected}\"\n", line);
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.All(line[..^1], c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData('a')]
    [InlineData('\n')]
    [InlineData('é')]
    [InlineData('€')]
    [InlineData('\ud800')]
    public void The_longest_line_fits(char filler)
    {
        string endless = new(filler, 100_000);
        string line = Encode(new AccessLogEntry(IPAddress.Parse("2001:db8:1234:5678:9abc:def0:1234:5678%4294967295"), endless, endless, endless, 200, long.MaxValue, endless, endless));
        Assert.InRange(line.Length, 2000, AccessLogEncoder.MaxLineBytes);
        Assert.EndsWith("...\"\n", line);
    }

    [Fact]
    public void Pairs_of_surrogates_at_the_cut_stay_inside_the_bound()
    {
        string endless = string.Concat(Enumerable.Repeat("😀", 50_000));
        string line = Encode(new AccessLogEntry(null, "GET", "a" + endless, "HTTP/1.1", 200, 0, "ab" + endless, "abc" + endless));
        Assert.InRange(line.Length, 2000, AccessLogEncoder.MaxLineBytes);
    }

    private static string Encode(AccessLogEntry entry)
    {
        byte[] line = new byte[AccessLogEncoder.MaxLineBytes];
        return Encoding.ASCII.GetString(line, 0, AccessLogEncoder.Encode(line, entry, Time));
    }
}
