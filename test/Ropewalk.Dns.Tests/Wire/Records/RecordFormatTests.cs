using System.Buffers;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Tests.Wire.Records;

public sealed class RecordFormatTests
{
    public static TheoryData<string, string, string, string> Vectors
    {
        get
        {
            TheoryData<string, string, string, string> data = [];
            foreach (RecordVector vector in RecordVectors.All)
            {
                data.Add(vector.Type, vector.Text, vector.Wire, vector.Canonical);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Text_becomes_the_bytes_that_others_make_of_it(string type, string text, string wire, string canonical)
    {
        RecordFormat format = FormatOf(type);
        Assert.True(format.IsKnown);
        Assert.True(format.TryParse(text, out byte[]? rdata, out MasterFileViolation violation), $"{violation.Describe()}");
        Assert.Equal(wire, Convert.ToHexStringLower(rdata));
        format.ToCanonical(rdata);
        Assert.Equal(canonical, Convert.ToHexStringLower(rdata));
        Assert.Equal(wire != canonical, format.HasDowncasedNames && wire != canonical);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void What_is_printed_is_read_as_the_same_bytes(string type, string text, string wire, string canonical)
    {
        _ = (text, canonical);
        RecordFormat format = FormatOf(type);
        string printed = Print(format, Convert.FromHexString(wire));
        Assert.True(format.TryParse(printed, out byte[]? rdata, out _), printed);
        Assert.Equal(wire, Convert.ToHexStringLower(rdata));
        Assert.Equal(printed, Print(format, rdata));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_value_gives_the_same_bytes(string type, string text, string wire, string canonical)
    {
        _ = (text, canonical);
        RecordFormat format = FormatOf(type);
        byte[] rdata = Convert.FromHexString(wire);
        Assert.Equal(DnsViolation.None, format.Create(rdata, out Rdata? value));
        Assert.Equal(rdata, value!.Encode());
        Assert.Equal(format.Type, value.Type);
        Assert.Equal(Print(format, rdata), value.ToString());
        format.Create(Convert.FromHexString(wire), out Rdata? again);
        Assert.Equal(value, again);
        Assert.Equal(value.GetHashCode(), again!.GetHashCode());
    }

    // RFC 9460 §2.2: the keys increase; §8: mandatory is not in its own list, which increases too, and each that it has is there.
    [Theory]
    [InlineData("0001 00 0003 0002 0035 029b 0001 61", DnsViolation.None)]
    [InlineData("0001 00 0003 0002 0035 0003 0002 0035", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 029b 0001 61 0003 0002 0035", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 0000 0002 0003 0003 0002 0035", DnsViolation.None)]
    [InlineData("0001 00 0000 0002 0004 0003 0002 0035", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 0000 0002 0000 0003 0002 0035", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 0000 0004 0003 0003 0003 0002 0035", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 0000 0000 0003 0002 0035", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 0003 0003 003500", DnsViolation.ServiceParametersMalformed)]
    [InlineData("0001 00 0003 0002 00", DnsViolation.RdataTruncated)]
    public void Service_parameters_stand_in_order_and_once(string wire, DnsViolation violation) =>
        Assert.Equal(violation, RecordFormat.Of(DnsType.SVCB).Check(Convert.FromHexString(wire.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_known_type_is_read_in_the_form_of_unknown_ones(string type, string text, string wire, string canonical)
    {
        _ = (text, canonical);
        ArrayBufferWriter<byte> generic = new();
        RecordFormat.PrintGeneric(Convert.FromHexString(wire), generic);
        Assert.True(FormatOf(type).TryParse(Encoding.ASCII.GetString(generic.WrittenSpan), out byte[]? rdata, out _));
        Assert.Equal(wire, Convert.ToHexStringLower(rdata));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Rdata_that_is_cut_anywhere_breaks_a_rule_or_prints_and_is_read_again(string type, string text, string wire, string canonical)
    {
        _ = (text, canonical);
        RecordFormat format = FormatOf(type);
        byte[] rdata = Convert.FromHexString(wire);
        int whole = 0;
        for (int length = 0; length < rdata.Length; length++)
        {
            if (format.Check(rdata.AsSpan(0, length)) == DnsViolation.None)
            {
                whole++;
                Assert.True(format.TryParse(Print(format, rdata[..length]), out byte[]? again, out _));
                Assert.Equal(rdata[..length], again);
            }
            else
            {
                Assert.NotEqual(DnsViolation.None, format.Create(rdata.AsSpan(0, length), out _));
                Assert.NotEqual(DnsViolation.None, format.Decode(rdata, 0, length, new byte[70_000], out _));
            }
        }

        // Only what ends in bytes, texts, names or a set without a length of its own can be cut and be whole.
        Assert.True(whole < rdata.Length || rdata.Length == 0);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void What_follows_the_last_field_breaks_a_rule(string type, string text, string wire, string canonical)
    {
        _ = (text, canonical);
        string[] open =
        [
            "TXT", "SPF", "SIG", "KEY", "CERT", "APL", "DS", "CDS", "DLV", "SSHFP", "IPSECKEY", "RRSIG", "NSEC", "DNSKEY", "CDNSKEY", "DHCID", "NSEC3", "TLSA", "SMIMEA", "HIP",
            "OPENPGPKEY", "CSYNC", "ZONEMD", "SVCB", "HTTPS", "URI", "CAA",
        ];
        if (!open.Contains(type))
        {
            byte[] longer = [.. Convert.FromHexString(wire), 0];
            Assert.Equal(DnsViolation.RdataTrailing, FormatOf(type).Check(longer));
            Assert.Equal(DnsViolation.RdataTrailing, FormatOf(type).Decode(longer, 0, longer.Length, new byte[1000], out _));
        }

        Assert.False(FormatOf(type).TryParse(text + " more-words \"and more\" \\000", out _, out MasterFileViolation violation) && type is not ("TXT" or "SPF" or "HIP"));
        _ = violation;
    }

    [Theory]
    [InlineData(new[] { DnsType.SIG, DnsType.RRSIG }, "A 8 2 3600 20300101000000 20200101000000 4711 example. AQID")]
    [InlineData(new[] { DnsType.KEY, DnsType.DNSKEY, DnsType.CDNSKEY }, "257 3 8 AQID")]
    [InlineData(new[] { DnsType.DS, DnsType.CDS, DnsType.DLV }, "4711 8 2 010203")]
    [InlineData(new[] { DnsType.SVCB, DnsType.HTTPS }, "1 example. port=53")]
    [InlineData(new[] { DnsType.TLSA, DnsType.SMIMEA }, "3 1 1 010203")]
    [InlineData(new[] { DnsType.TXT, DnsType.SPF, DnsType.RESINFO }, "\"a\" \"b\"")]
    public void Types_that_share_their_rdata_have_the_same_bytes_and_text_and_are_not_equal(DnsType[] types, string text)
    {
        Rdata[] values = [.. types.Select(type => Rdata.Parse(type, text))];
        Assert.Equal(types.Length, values.Distinct().Count());
        Assert.Single(values.Select(value => Convert.ToHexString(value.Encode())).Distinct());
        Assert.Equal(values.Select(_ => text), values.Select(value => value.ToString()), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(values, types.Select(type => Rdata.Parse(type, text)));
        Assert.Equal(types, values.Select(value => value.Type));
    }

    [Fact]
    public void What_is_shared_is_copied_with_and_taken_apart_as_before()
    {
        DsRecord made = new(4711, 8, 2, new Octets([1, 2, 3]));
        DsRecord changed = made with { Algorithm = 13 };
        (ushort keyTag, byte algorithm, byte digestType, Octets digest) = changed;
        Assert.Equal((4711, 13, 2, made.Digest), (keyTag, algorithm, digestType, digest));
        Assert.NotEqual(made, changed);
        Assert.Equal(made, changed with { Algorithm = 8 });
        Assert.Equal(made.GetHashCode(), (changed with { Algorithm = 8 }).GetHashCode());
    }

    [Fact]
    public void Every_type_with_a_description_has_a_vector()
    {
        string[] signed = ["TSIG", "TKEY", "RESINFO"];
        Assert.Equal(
            RecordFormat.All.Select(format => format.Type.Mnemonic()).Except(signed).Order(StringComparer.Ordinal),
            RecordVectors.All.Select(vector => vector.Type).Distinct().Order(StringComparer.Ordinal));
    }

    private static RecordFormat FormatOf(string type)
    {
        Assert.True(DnsTypes.TryParse(type, out DnsType parsed));
        return RecordFormat.Of(parsed);
    }

    private static string Print(RecordFormat format, ReadOnlySpan<byte> rdata)
    {
        ArrayBufferWriter<byte> text = new();
        format.Print(rdata, text);
        return Encoding.ASCII.GetString(text.WrittenSpan);
    }
}
