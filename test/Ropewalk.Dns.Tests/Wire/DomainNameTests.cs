using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Tests.Wire;

public sealed class DomainNameTests
{
    /// <summary>RFC 1035 §5.1: text, wire form, and how it is printed.</summary>
    [Theory]
    [InlineData(".", "00", ".")]
    [InlineData("a", "016100", "a.")]
    [InlineData("A.b.", "01410162" + "00", "A.b.")]
    [InlineData("a\\.b.c", "03612e62" + "0163" + "00", "a\\.b.c.")]
    [InlineData("a\\046b", "03612e62" + "00", "a\\.b.")]
    [InlineData("\\000\\255", "0200ff00", "\\000\\255.")]
    [InlineData("a\\ b", "0361206200", "a\\032b.")]
    [InlineData("\\@\\$\\;\\(\\)\\\"\\\\", "0740243b2829225c00", "\\@\\$\\;\\(\\)\\\"\\\\.")]
    [InlineData("_dmarc.x-y", "065f646d61726303782d7900", "_dmarc.x-y.")]
    [InlineData("*.a", "012a016100", "*.a.")]
    public void Text_and_wire_form(string text, string wire, string printed)
    {
        DomainName name = DomainName.Parse(text);
        Assert.Equal(wire, Convert.ToHexStringLower(name.Wire));
        Assert.Equal(printed, name.ToString());
        Assert.Equal(name, DomainName.Parse(printed));
        Assert.True(DomainName.TryParse(Encoding.ASCII.GetBytes(text), null, out DomainName? again));
        Assert.Equal(name, again);
        char[] chars = new char[100];
        Assert.True(name.TryFormat(chars, out int written));
        Assert.Equal(printed, chars.AsSpan(0, written).ToString());
        byte[] bytes = new byte[100];
        Assert.True(name.TryFormat(bytes, out written));
        Assert.Equal(printed, Encoding.ASCII.GetString(bytes, 0, written));
        Assert.False(name.TryFormat(new char[printed.Length - 1], out _));
        Assert.False(name.TryFormat(new byte[printed.Length - 1], out _));
    }

    [Theory]
    [InlineData("", "a label is empty")]
    [InlineData("..", "a label is empty")]
    [InlineData("a..b", "a label is empty")]
    [InlineData(".a", "a label is empty")]
    [InlineData("a\\", "backslash")]
    [InlineData("a\\1", "backslash")]
    [InlineData("a\\256", "backslash")]
    [InlineData("a\\12x", "backslash")]
    [InlineData("müller.de", "xn--")]
    public void What_is_no_name_says_why(string text, string words)
    {
        Assert.Contains(words, Assert.Throws<FormatException>(() => DomainName.Parse(text)).Message);
        Assert.False(DomainName.TryParse(text, out _));
    }

    [Fact]
    public void Lengths_have_their_limits()
    {
        Assert.True(DomainName.TryParse(new string('a', 63), out _));
        Assert.Contains("63", Assert.Throws<FormatException>(() => DomainName.Parse(new string('a', 64))).Message);
        string longest = string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + new string('b', 61);
        Assert.Equal(255, DomainName.Parse(longest).Wire.Length);
        Assert.Contains("255", Assert.Throws<FormatException>(() => DomainName.Parse(longest + "b")).Message);
        string escaped = string.Concat(Enumerable.Repeat("\\001", 63));
        DomainName name = DomainName.Parse($"{escaped}.{escaped}.{escaped}.{escaped[..(61 * 4)]}");
        Assert.Equal(name, DomainName.Parse(name.ToString()));
        Assert.Equal(127, DomainName.Parse(string.Join('.', Enumerable.Repeat("a", 127))).LabelCount);
        Assert.Contains("255", Assert.Throws<FormatException>(() => DomainName.Parse(new string('a', 100_000))).Message);
    }

    [Fact]
    public void Case_is_kept_and_ignored()
    {
        DomainName one = DomainName.Parse("WWW.Example.org"), other = DomainName.Parse("www.eXAMPLE.ORG.");
        Assert.Equal(one, other);
        Assert.True(one == other && one <= other && !(one != other));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal("WWW.Example.org.", one.ToString());
        Assert.Equal("www.example.org.", one.ToLower().ToString());
    }

    [Fact]
    public void Relatives()
    {
        DomainName name = DomainName.Parse("*.a.example");
        Assert.True(name.IsWildcard);
        Assert.Equal(DomainName.Parse("a.example"), name.Parent);
        Assert.Equal(3, name.LabelCount);
        Assert.Null(DomainName.Root.Parent);
        Assert.Same(DomainName.Root, DomainName.Parse("."));
        Assert.Equal(name, name.Parent!.Prepend("*"u8));
        Assert.Throws<ArgumentException>(() => name.Prepend([]));
        Assert.Throws<ArgumentException>(() => name.Prepend(new byte[64]));
    }

    [Fact]
    public void An_origin_ends_relative_names()
    {
        DomainName origin = DomainName.Parse("example.org");
        Assert.True(DomainName.TryParse("www"u8, origin, out DomainName? name, out _));
        Assert.Equal("www.example.org.", name.ToString());
        Assert.True(DomainName.TryParse("@"u8, origin, out name, out _));
        Assert.Equal(origin, name);
        Assert.True(DomainName.TryParse("www."u8, origin, out name, out _));
        Assert.Equal("www.", name.ToString());
        Assert.False(DomainName.TryParse(Encoding.ASCII.GetBytes(string.Join('.', Enumerable.Repeat("a", 122))), origin, out _, out MasterFileViolation violation));
        Assert.Equal(MasterFileViolation.NameTooLong, violation);
    }

    [Theory]
    [InlineData("016100", DnsViolation.None)]
    [InlineData("01610000", DnsViolation.RdataTrailing)]
    [InlineData("0161", DnsViolation.NameTruncated)]
    [InlineData("0161c000", DnsViolation.PointerForbidden)]
    public void Bytes_are_a_name_or_break_a_rule(string wire, DnsViolation expected)
    {
        Assert.Equal(expected, DomainName.Decode(Convert.FromHexString(wire), out DomainName? name));
        Assert.Equal(expected == DnsViolation.None, name is not null);
    }
}
