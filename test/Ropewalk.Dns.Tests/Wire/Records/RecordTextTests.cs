using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Tests.Wire.Records;

public sealed class RecordTextTests
{
    /// <summary>How records are printed: as BIND does, but for the blanks in base 64.</summary>
    [Theory]
    [InlineData("A", "192.0.2.1", "192.0.2.1")]
    [InlineData("AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("SOA", "a. b. 1 1h 30m 2w 1d", "a. b. 1 3600 1800 1209600 86400")]
    [InlineData("TXT", "a\\ b \"c\\\"d\" \\001", "\"a b\" \"c\\\"d\" \"\\001\"")]
    [InlineData("LOC", "42 21 54 N 71 06 18 W -24m 30m", "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m")]
    [InlineData("LOC", "1 N 2 E 0.5 0 0.05m 9m", "1 0 0.000 N 2 0 0.000 E 0.50m 0.00m 0.05m 9m")]
    [InlineData("APL", "!1:10.0.0.0/8 2:ff00::/8", "!1:10.0.0.0/8 2:ff00::/8")]
    [InlineData("APL", "\\# 5 0003080101", "\\# 5 0003080101")]
    [InlineData("APL", "3:01/8", null)]
    [InlineData("DNSKEY", "257 3 ED25519 AA==", "257 3 15 AA==")]
    [InlineData("DNSKEY", "257 3 15 A AE CAwQ FBgc =", "257 3 15 AAECAwQFBgc=")]
    [InlineData("DNSKEY", "257 3 15 AAECAwQFBgc= AA==", null)]
    [InlineData("DNSKEY", "257 3 15 AAECAwQFBgc= A", null)]
    [InlineData("CERT", "pgp 1 rsasha256 AA==", "PGP 1 RSASHA256 AA==")]
    [InlineData("CERT", "65000 1 0 AA==", "65000 1 0 AA==")]
    [InlineData("CERT", "IPGP 1 253 AA==", "IPGP 1 PRIVATEDNS AA==")]
    [InlineData("RRSIG", "A 8 2 1h 1700000000 20231114221320 1 . AA==", "A 8 2 3600 20231114221320 20231114221320 1 . AA==")]
    [InlineData("NSEC3", "1 0 0 - 0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM", "1 0 0 - 0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM")]
    [InlineData("NSEC", "a. TYPE65535 A", "a. A TYPE65535")]
    [InlineData("SVCB", "1 . port=443 alpn=h2,h3 mandatory=port,alpn key9=x", "1 . mandatory=alpn,port alpn=\"h2,h3\" port=443 key9=\"x\"")]
    [InlineData("SVCB", "1 . alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "1 . alpn=\"f\\\\\\\\oo\\\\,bar,h2\"")]
    [InlineData("CAA", "0 issue ;", null)]
    [InlineData("CAA", "0 issue \";\"", "0 issue \";\"")]
    [InlineData("URI", "1 2 \"\"", null)]
    [InlineData("IPSECKEY", "10 0 2 .", "10 0 2 .")]
    [InlineData("NID", "10 14:4fff:0:1", "10 0014:4fff:0000:0001")]
    [InlineData("TSIG", "hmac-sha256. 1700000000 300 2 AAA= 7 BADTIME 6 AABlU/EA", "hmac-sha256. 1700000000 300 2 AAA= 7 BADTIME 6 AABlU/EA")]
    [InlineData("TSIG", "hmac-sha256. 1700000000 300 0 7 NOERROR 0", "hmac-sha256. 1700000000 300 0 7 NOERROR 0")]
    [InlineData("TKEY", "gss-tsig. 20240101000000 20240102000000 3 NOERROR 2 AAA= 0", "gss-tsig. 20240101000000 20240102000000 3 NOERROR 2 AAA= 0")]
    [InlineData("RESINFO", "qnamemin exterr=15-17", "\"qnamemin\" \"exterr=15-17\"")]
    public void Text_is_printed(string type, string text, string? printed)
    {
        Assert.True(DnsTypes.TryParse(type, out DnsType parsed));
        bool isGood = RecordFormat.Of(parsed).TryParse(text, out byte[]? rdata, out _);
        Assert.Equal(printed is not null, isGood);
        if (isGood)
        {
            RecordFormat.Of(parsed).Create(rdata, out Rdata? value);
            Assert.Equal(printed, value!.ToString());
        }
    }

    [Theory]
    [InlineData("A", "", MasterFileViolation.FieldMissing)]
    [InlineData("A", "1.2.3", MasterFileViolation.AddressMalformed)]
    [InlineData("A", "1.2.3.256", MasterFileViolation.AddressMalformed)]
    [InlineData("A", "01.2.3.4", MasterFileViolation.AddressMalformed)]
    [InlineData("A", "1.2.3.4.", MasterFileViolation.AddressMalformed)]
    [InlineData("A", "1.2.3.4 5", MasterFileViolation.TextTrailing)]
    [InlineData("AAAA", "1.2.3.4", MasterFileViolation.AddressMalformed)]
    [InlineData("AAAA", "fe80::1%1", MasterFileViolation.AddressMalformed)]
    [InlineData("AAAA", "[::1]", MasterFileViolation.AddressMalformed)]
    [InlineData("MX", "65536 a.", MasterFileViolation.NumberTooLarge)]
    [InlineData("MX", "-1 a.", MasterFileViolation.NumberMalformed)]
    [InlineData("MX", "1 a..b", MasterFileViolation.LabelEmpty)]
    [InlineData("MX", "1 \\256.", MasterFileViolation.EscapeMalformed)]
    [InlineData("NS", "müller.example.", MasterFileViolation.NameNotAscii)]
    [InlineData("SOA", "a. b. 1 1h2 1 1 1", MasterFileViolation.DurationMalformed)]
    [InlineData("SOA", "a. b. 1 1m1h 1 1 1", MasterFileViolation.DurationMalformed)]
    [InlineData("SOA", "a. b. 1 7102w 1 1 1", MasterFileViolation.DurationMalformed)]
    [InlineData("RRSIG", "A 8 2 1 20231314221320 1 1 . AA==", MasterFileViolation.TimestampMalformed)]
    [InlineData("RRSIG", "FOO 8 2 1 1 1 1 . AA==", MasterFileViolation.TypeUnknown)]
    [InlineData("RRSIG", "A FOO 2 1 1 1 1 . AA==", MasterFileViolation.MnemonicUnknown)]
    [InlineData("RRSIG", "A 8 2 1 1 1 1 . A", MasterFileViolation.Base64Malformed)]
    [InlineData("DNSKEY", "1 3 8 AA==AA==", MasterFileViolation.Base64Malformed)]
    [InlineData("DS", "1 8 1 abc", MasterFileViolation.HexMalformed)]
    [InlineData("DS", "1 8 1", MasterFileViolation.RecordMalformed)]
    [InlineData("NSEC3", "1 0 0 - W", MasterFileViolation.Base32Malformed)]
    [InlineData("NSEC3", "1 0 0 - -", MasterFileViolation.Base32Malformed)]
    [InlineData("TXT", "\"open", MasterFileViolation.QuoteNotClosed)]
    [InlineData("TXT", "( a", MasterFileViolation.ParenthesisUnbalanced)]
    [InlineData("TXT", "a )", MasterFileViolation.ParenthesisUnbalanced)]
    [InlineData("LOC", "91 N 1 E 1", MasterFileViolation.LocationMalformed)]
    [InlineData("LOC", "90 0 1 N 1 E 1", MasterFileViolation.LocationMalformed)]
    [InlineData("LOC", "1 60 N 1 E 1", MasterFileViolation.LocationMalformed)]
    [InlineData("LOC", "1 N 1 E 1e3", MasterFileViolation.LocationMalformed)]
    [InlineData("APL", "3", MasterFileViolation.PrefixMalformed)]
    [InlineData("APL", "1:1.2.3.4/33", MasterFileViolation.PrefixMalformed)]
    [InlineData("EUI48", "00-00-5e-00-53", MasterFileViolation.AddressMalformed)]
    [InlineData("CAA", "0 is-sue \"x\"", MasterFileViolation.RecordMalformed)]
    [InlineData("A", "\\# 4 01020304 05", MasterFileViolation.GenericMalformed)]
    [InlineData("A", "\\# 3 010203", MasterFileViolation.RecordMalformed)]
    [InlineData("A", "\\# 4 0102030", MasterFileViolation.HexMalformed)]
    [InlineData("TYPE731", "1 2 3", MasterFileViolation.GenericMalformed)]
    // RFC 9460, appendix D.3.
    [InlineData("SVCB", "1 foo.example.com. key123=abc key123=def", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. mandatory", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. alpn", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. port", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. ipv4hint", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. ipv6hint", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. no-default-alpn=abc", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. mandatory=key123", MasterFileViolation.RecordMalformed)]
    [InlineData("SVCB", "1 foo.example.com. mandatory=mandatory", MasterFileViolation.ServiceParameterMalformed)]
    [InlineData("SVCB", "1 foo.example.com. mandatory=key123,key123 key123=abc", MasterFileViolation.ServiceParameterMalformed)]
    public void Malformed_text_breaks_its_rule(string type, string text, MasterFileViolation expected)
    {
        Assert.True(DnsTypes.TryParse(type, out DnsType parsed));
        Assert.False(RecordFormat.Of(parsed).TryParse(text, out _, out MasterFileViolation violation));
        Assert.Equal(expected, violation);
        Assert.NotEqual(violation.ToString(), violation.Describe());
    }

    [Fact]
    public void A_text_has_at_most_255_bytes()
    {
        Assert.True(RecordFormat.Of(DnsType.TXT).TryParse(new string('a', 255), out _, out _));
        Assert.False(RecordFormat.Of(DnsType.TXT).TryParse(new string('a', 256), out _, out MasterFileViolation violation));
        Assert.Equal(MasterFileViolation.TextTooLong, violation);
    }

    [Fact]
    public void A_record_has_at_most_65535_bytes()
    {
        string text = string.Join(' ', Enumerable.Repeat(new string('a', 255), 256));
        Assert.False(RecordFormat.Of(DnsType.TXT).TryParse(text, out _, out MasterFileViolation violation));
        Assert.Equal(MasterFileViolation.RecordTooLong, violation);
        Assert.True(RecordFormat.Of(DnsType.TXT).TryParse(text[..(255 * 256)], out byte[]? rdata, out _));
        Assert.Equal(255 * 256, rdata.Length);
    }

    [Fact]
    public void Names_get_the_origin_and_the_entry_ends_where_it_ends()
    {
        MasterFileTokens tokens = new("10 ( mail ; the host\n ) ; and\n next"u8);
        byte[] rdata = new byte[300];
        Assert.Equal(MasterFileViolation.None, RecordFormat.Of(DnsType.MX).Parse(ref tokens, DomainName.Parse("example.").Wire, rdata, out int length, out _));
        RecordFormat.Of(DnsType.MX).Create(rdata.AsSpan(0, length), out Rdata? value);
        Assert.Equal(new MxRecord(10, DomainName.Parse("MAIL.example")), value);
        Assert.Equal(MasterFileViolation.None, tokens.Read(out MasterFileToken token));
        Assert.Equal("next", Encoding.ASCII.GetString(token.Text));
        Assert.True(token.FollowsBlank);
    }

    [Fact]
    public void An_error_says_where_it_is()
    {
        MasterFileTokens tokens = new("10 a..b"u8);
        Assert.Equal(MasterFileViolation.LabelEmpty, RecordFormat.Of(DnsType.MX).Parse(ref tokens, default, new byte[300], out _, out int offset));
        Assert.Equal(3, offset);
        tokens.SkipEntry();
        Assert.Equal(MasterFileViolation.None, tokens.Read(out MasterFileToken token));
        Assert.Equal(MasterFileTokenKind.EndOfText, token.Kind);
    }

    [Fact]
    public void An_unknown_type_and_class_have_numbers()
    {
        RecordFormat format = RecordFormat.Of((DnsType)731);
        Assert.True(format.TryParse("\\# 4 0a00 0001", out byte[]? rdata, out _));
        format.Create(rdata, out Rdata? value);
        ResourceRecord record = new(DomainName.Parse("a.example"), (DnsClass)32, TimeSpan.FromHours(1), value!);
        Assert.Equal("a.example. 3600 CLASS32 TYPE731 \\# 4 0A000001", record.ToString());
        Assert.True(DnsTypes.TryParse("type731", out DnsType type) && (int)type == 731);
        Assert.True(DnsClasses.TryParse("class32", out DnsClass recordClass) && (int)recordClass == 32);
        Assert.Equal((false, DnsType.None), (DnsTypes.TryParse("TYPE12X", out type), type));
        Assert.Equal((false, DnsClass.None), (DnsClasses.TryParse("CLASS12X", out recordClass), recordClass));
        Assert.False(DnsTypes.TryParse("TYPE65536", out _) || DnsTypes.TryParse("TYPE", out _) || DnsTypes.TryParse("FOO", out _) || DnsClasses.TryParse("CLASSX", out _));
    }

    [Theory]
    [InlineData("www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.1")]
    [InlineData("www.example IN 5m MX 10 (a\n) ; x", "www.example. 300 IN MX 10 a.")]
    [InlineData("www.example AAAA ::1", "www.example. 0 IN AAAA ::1")]
    [InlineData("a 1 CLASS32 TYPE731 \\# 0", "a. 1 CLASS32 TYPE731 \\# 0")]
    [InlineData("a 1 IN", null)]
    [InlineData("a 1 2 A 1.2.3.4", null)]
    [InlineData("a A 1.2.3", null)]
    [InlineData("a A 1.2.3.4\nb", null)]
    [InlineData("", null)]
    public void A_line_is_a_record(string line, string? printed)
    {
        if (printed is null)
        {
            Assert.Throws<FormatException>(() => ResourceRecord.Parse(line));
        }
        else
        {
            Assert.Equal(printed, ResourceRecord.Parse(line).ToString());
        }
    }

    [Fact]
    public void An_address_of_CHAOS_is_no_address_of_the_Internet() =>
        Assert.False(RecordFormat.Of(DnsType.A, DnsClass.CH).IsKnown);

    [Fact]
    public void A_value_that_the_type_forbids_is_not_encoded()
    {
        Assert.Throws<ArgumentException>(() => new TxtRecord([]).Encode());
        Assert.Throws<ArgumentOutOfRangeException>(() => new TxtRecord([new byte[256]]).Encode());
        Assert.Throws<ArgumentException>(() => new ARecord(System.Net.IPAddress.IPv6Loopback).Encode());
        Assert.Throws<ArgumentException>(() => new CaaRecord(0, Octets.Of("a-b"), default).Encode());
    }

    [Fact]
    public void Sets_are_gathered_without_repetitions_and_with_the_lowest_TTL()
    {
        ResourceRecord Mx(string owner, int ttl, string host) => new(DomainName.Parse(owner), DnsClass.IN, TimeSpan.FromSeconds(ttl), new MxRecord(1, DomainName.Parse(host)));
        IReadOnlyList<RecordSet> sets = RecordSet.Gather([Mx("a", 9, "x"), Mx("b", 9, "x"), Mx("A", 5, "X"), Mx("a", 7, "y")]);
        Assert.Equal(2, sets.Count);
        Assert.Equal(2, sets[0].Rdatas.Count);
        Assert.Equal(TimeSpan.FromSeconds(5), sets[0].Ttl);
    }
}
