using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

public sealed class AccessRulesTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("Tsig.example."), TsigAlgorithm.HmacSha256, "x"u8);

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", false, true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false, false)]
    [InlineData("192.0.2.0/24", "2001:db8::1", false, false)]
    [InlineData("192.0.2.7", "192.0.2.7", false, true)]
    [InlineData("192.0.2.7", "192.0.2.8", true, false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", false, true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", false, true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false, false)]
    [InlineData("0.0.0.0/0", "192.0.2.7", false, true)]
    [InlineData("0.0.0.0/0", "::1", false, false)]
    [InlineData("any", "::1", false, true)]
    [InlineData("key tsig.EXAMPLE.", "::1", true, true)]
    [InlineData("key tsig.example.", "::1", false, false)]
    [InlineData("key other.example.", "::1", true, false)]
    [InlineData("any key tsig.example", "::1", true, true)]
    [InlineData("192.0.2.0/24  key tsig.example.", "192.0.2.1", true, true)]
    [InlineData("192.0.2.0/24 key tsig.example.", "192.0.2.1", false, false)]
    [InlineData("192.0.2.0/24 key tsig.example.", "192.0.3.1", true, false)]
    [InlineData("!192.0.2.1;192.0.2.0/24", "192.0.2.1", false, false)]
    [InlineData("!192.0.2.1;192.0.2.0/24", "192.0.2.2", false, true)]
    [InlineData("192.0.2.0/24;!192.0.2.1", "192.0.2.1", false, true)]
    [InlineData("!key tsig.example.;any", "192.0.2.1", true, false)]
    [InlineData("", "192.0.2.1", true, false)]
    public void The_first_rule_that_fits_decides(string rules, string address, bool isSigned, bool isAllowed)
    {
        AccessRules parsed = AccessRules.Parse(rules.Split(';', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(isAllowed, parsed.Allows(new PeerAddress(IPAddress.Parse(address), 1), isSigned ? Key : null));
        Assert.Equal(parsed.ToString(), AccessRules.Parse(parsed.ToString().Split(", ", StringSplitOptions.RemoveEmptyEntries)).ToString());
    }

    [Fact]
    public void A_peer_without_an_address_fits_no_network()
    {
        Assert.False(AccessRules.Parse("0.0.0.0/0", "::/0").Allows(default, Key));
        Assert.True(AccessRules.Parse("key tsig.example.").Allows(default, Key));
        Assert.True(AccessRules.Everybody.Allows(default));
        Assert.False(AccessRules.Nobody.Allows(new PeerAddress(IPAddress.Loopback, 1), Key));
    }

    /// <summary>Who writes a whole address before a prefix may have meant that one alone.</summary>
    [Theory]
    [InlineData("127.0.0.1/8", "the network is 127.0.0.0/8")]
    [InlineData("!2001:db8::1/32", "the network is 2001:db8::/32")]
    public void Bits_behind_a_prefix_are_refused_and_the_network_is_said(string rule, string said)
    {
        List<string> errors = [];
        Assert.False(AccessRules.TryParse([rule], errors, out _));
        Assert.EndsWith(said, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("none")]
    [InlineData("192.0.2.0/33")]
    [InlineData("1.2.3")]
    [InlineData("10/8")]
    [InlineData("192.0.2.1 tsig.example.")]
    [InlineData("192.0.2.1 key")]
    [InlineData("192.0.2.1 key a b")]
    [InlineData("key")]
    [InlineData("key a..b")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("::ffff:192.0.2.0/120")]
    public void What_is_no_rule_is_told(string rule)
    {
        List<string> errors = [];
        Assert.False(AccessRules.TryParse([rule, "any", rule], errors, out _));
        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.Contains($"\"{rule}\"", error));
        Assert.Throws<FormatException>(() => AccessRules.Parse(rule));
    }

    [Fact]
    public void A_list_has_an_end_and_names_its_keys()
    {
        List<string> errors = [];
        Assert.False(AccessRules.TryParse(Enumerable.Repeat("any", AccessRules.MaxRules + 5), errors, out _));
        Assert.Single(errors);
        Assert.Equal([DomainName.Parse("a."), DomainName.Parse("b.")], AccessRules.Parse("key a.", "any", "192.0.2.1 key B.", "key A.").KeyNames);
    }
}
