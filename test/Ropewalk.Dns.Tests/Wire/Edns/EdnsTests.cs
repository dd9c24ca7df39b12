using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Tests.Wire.Edns;

public sealed class EdnsTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        byte[] message = new byte[600];
        DnsMessageWriter writer = new(message);
        writer.TryWriteQuestion(DomainName.Parse("example").Wire, DnsType.A, DnsClass.IN);
        Assert.True(writer.TryBeginOpt(1232, DnsResponseCode.BadVersion, dnssecOk: true));
        Assert.True(writer.TryWriteOption(EdnsOptionCode.Nsid, "ns1"u8));
        Assert.True(EdnsExtendedError.TryWrite(ref writer, EdnsExtendedErrorCode.Prohibited, "nö"));
        Assert.True(EdnsKeepalive.TryWrite(ref writer, TimeSpan.FromSeconds(12.3)));
        writer.EndOpt(paddingBlockBytes: 468);
        int length = writer.Finish(new DnsHeader(1, 0) { IsResponse = true, ResponseCode = DnsResponseCode.BadVersion });
        Assert.Equal(468, length);

        Assert.Equal(DnsViolation.None, EdnsView.Find(message.AsSpan(0, length), out EdnsView edns, out bool isThere));
        Assert.True(isThere);
        DnsHeader.Decode(message, out DnsHeader header);
        Assert.Equal((1232, (byte)0, true, DnsResponseCode.BadVersion), (edns.DatagramBytes, edns.Version, edns.DnssecOk, edns.ResponseCode(header)));
        Assert.True(edns.TryFind(EdnsOptionCode.Nsid, out ReadOnlySpan<byte> nsid));
        Assert.Equal("ns1", Encoding.ASCII.GetString(nsid));
        Assert.True(edns.TryFind(EdnsOptionCode.ExtendedError, out ReadOnlySpan<byte> value));
        Assert.Equal(DnsViolation.None, EdnsExtendedError.Decode(value, out EdnsExtendedError error));
        Assert.Equal((EdnsExtendedErrorCode.Prohibited, "nö"), (error.Code, Encoding.UTF8.GetString(error.Text)));
        Assert.True(edns.TryFind(EdnsOptionCode.TcpKeepalive, out value));
        Assert.Equal(DnsViolation.None, EdnsKeepalive.Decode(value, out TimeSpan? idle));
        Assert.Equal(TimeSpan.FromSeconds(12.3), idle);
        Assert.True(edns.TryFind(EdnsOptionCode.Padding, out value));
        Assert.True(value.IndexOfAnyExcept((byte)0) < 0);
        Assert.False(edns.TryFind(EdnsOptionCode.Cookie, out _));
    }

    /// <summary>RFC 8467 §4.1, with a TSIG record to come and with a limit that the block does not fit.</summary>
    [Theory]
    [InlineData(128, 0, 512, 128)]
    [InlineData(128, 100, 512, 156)]
    [InlineData(468, 0, 300, 300)]
    [InlineData(468, 0, 36, 36)]
    [InlineData(468, 0, 39, 36)]
    [InlineData(468, 0, 40, 40)]
    [InlineData(0, 0, 512, 36)]
    public void Padding_fills_a_block(int block, int following, int limit, int expected)
    {
        byte[] message = new byte[600];
        DnsMessageWriter writer = new(message, limit);
        writer.TryWriteQuestion(DomainName.Parse("example").Wire, DnsType.A, DnsClass.IN);
        Assert.True(writer.TryBeginOpt(1232));
        writer.EndOpt(block, following);
        Assert.Equal(expected, writer.Finish(default));
    }

    [Fact]
    public void The_reserved_bytes_are_for_the_OPT_record()
    {
        byte[] message = new byte[600];
        DnsMessageWriter writer = new(message, 48);
        Assert.True(writer.TryReserve(EdnsView.OptBytes));
        Assert.True(writer.TryWriteQuestion(DomainName.Parse("example").Wire, DnsType.A, DnsClass.IN));
        Assert.Equal(12, writer.Left);
        Assert.False(writer.TryWriteRecordAt(12, DnsType.A, DnsClass.IN, 1, [1, 2, 3, 4]));
        Assert.True(writer.TryBeginOpt(1232));
        writer.EndOpt();
        Assert.Equal(36, writer.Finish(default));
    }

    [Theory]
    [InlineData("0000290100000000000000", DnsViolation.None)] // a size below 512
    [InlineData("016100002904d0000000000000", DnsViolation.OptOwnerNotRoot)]
    [InlineData("00002904d00000000000030003" + "00", DnsViolation.OptionTruncated)]
    [InlineData("00002904d000000000000400030001", DnsViolation.OptionTruncated)]
    [InlineData("00002904d0000000000001" + "00", DnsViolation.OptionTruncated)]
    public void A_malformed_OPT_record_breaks_a_rule(string opt, DnsViolation expected)
    {
        byte[] message = [.. Convert.FromHexString("000000000000000000000001"), .. Convert.FromHexString(opt)];
        Assert.Equal(expected, EdnsView.Find(message, out EdnsView edns, out _));
        Assert.True(expected != DnsViolation.None || edns.DatagramBytes == 512);
    }

    [Fact]
    public void A_second_OPT_record_and_one_in_another_section_break_a_rule()
    {
        byte[] opt = Convert.FromHexString("00002904d0000000000000");
        Assert.Equal(DnsViolation.OptRepeated, EdnsView.Find([.. Convert.FromHexString("000000000000000000000002"), .. opt, .. opt], out _, out _));
        Assert.Equal(DnsViolation.OptMisplaced, EdnsView.Find([.. Convert.FromHexString("000000000000000100000000"), .. opt], out _, out _));
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(16, 8)]
    [InlineData(40, 32)]
    [InlineData(0, -1)]
    [InlineData(7, -1)]
    [InlineData(9, -1)]
    [InlineData(15, -1)]
    [InlineData(41, -1)]
    public void A_cookie_has_its_lengths(int bytes, int server)
    {
        DnsViolation violation = EdnsCookie.Decode(new byte[bytes], out EdnsCookie cookie);
        Assert.Equal(server < 0 ? DnsViolation.OptionMalformed : DnsViolation.None, violation);
        Assert.Equal(Math.Max(0, server), cookie.Server.Length);
    }

    [Theory]
    [InlineData("00011800c00002", DnsViolation.None)]
    [InlineData("00020000", DnsViolation.None)]
    [InlineData("00000000", DnsViolation.None)]
    [InlineData("00011800c0000200", DnsViolation.OptionMalformed)]
    [InlineData("00011800c000", DnsViolation.OptionMalformed)]
    [InlineData("00011700c00003", DnsViolation.OptionMalformed)]
    [InlineData("00012100c000020000", DnsViolation.OptionMalformed)]
    [InlineData("00030800c0", DnsViolation.OptionMalformed)]
    [InlineData("0001", DnsViolation.OptionMalformed)]
    public void A_client_subnet_has_as_many_bytes_as_its_prefix(string value, DnsViolation expected) =>
        Assert.Equal(expected, EdnsClientSubnet.Decode(Convert.FromHexString(value), out _));
}
