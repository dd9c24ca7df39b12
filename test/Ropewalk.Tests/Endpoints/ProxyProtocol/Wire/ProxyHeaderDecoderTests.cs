using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Endpoints.ProxyProtocol.Wire;
using Ropewalk.Framing;

namespace Ropewalk.Tests.Endpoints.ProxyProtocol.Wire;

public sealed class ProxyHeaderDecoderTests
{
    /// <summary>PROXY protocol §2.1: the line that people can read.</summary>
    public sealed class Section_2_1
    {
        [Theory]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", "192.0.2.1:56324", "198.51.100.7:443")]
        [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535")]
        [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0", "0.0.0.0:0")]
        [InlineData("PROXY TCP6 2001:db8::1 ::1 56324 443\r\n", "[2001:db8::1]:56324", "[::1]:443")]
        [InlineData(
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
        [InlineData("PROXY UNKNOWN\r\n", null, null)]
        [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", null, null)]
        [InlineData("PROXY UNKNOWN what ever\tit says\r\n", null, null)]
        public void AHeader(string line, string? source, string? destination)
        {
            var expected = new ProxyHeader(1, ProxyCommand.Proxy, Parse(source), Parse(destination));
            DecodesTo(expected, Encoding.ASCII.GetBytes(line));
        }

        [Theory]
        [InlineData("GET / HTTP/1.1\r\n", ProxyViolation.NotAHeader)]
        [InlineData("PROXYTCP4 ", ProxyViolation.NotAHeader)]
        [InlineData("proxy TCP4 ", ProxyViolation.NotAHeader)]
        [InlineData("\n", ProxyViolation.NotAHeader)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 1\r\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY TCP4  192.0.2.1 198.51.100.7 56324 443\r\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY TCP5 192.0.2.1 198.51.100.7 56324 443\r\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY UDP4 192.0.2.1 198.51.100.7 56324 443\r\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY \r\n", ProxyViolation.LineMalformed)]
        [InlineData("PROXY TCP4 ::1 198.51.100.7 56324 443\r\n", ProxyViolation.AddressMalformed)]
        [InlineData("PROXY TCP6 ::1 198.51.100.7 56324 443\r\n", ProxyViolation.AddressMalformed)]
        [InlineData("PROXY TCP6 fe80::1%1 ::1 56324 443\r\n", ProxyViolation.AddressMalformed)]
        [InlineData("PROXY TCP4 192.0.2.01 198.51.100.7 56324 443\r\n", ProxyViolation.AddressMalformed)]
        [InlineData("PROXY TCP4 localhost 198.51.100.7 56324 443\r\n", ProxyViolation.AddressMalformed)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 056324 443\r\n", ProxyViolation.PortMalformed)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 65536 443\r\n", ProxyViolation.PortMalformed)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 -1 443\r\n", ProxyViolation.PortMalformed)]
        [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 \r\n", ProxyViolation.PortMalformed)]
        public void AViolation(string line, ProxyViolation violation) => Breaks(violation, Encoding.ASCII.GetBytes(line));

        [Fact]
        public void ALineOfMoreThan107Bytes() =>
            Breaks(ProxyViolation.LineTooLong, Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200)));

        [Fact]
        public void ALineOf107BytesIsTheLongest() =>
            DecodesTo(new ProxyHeader(1, ProxyCommand.Proxy, null, null), Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 91) + "\r\n"));
    }

    /// <summary>PROXY protocol §2.2: the binary header.</summary>
    public sealed class Section_2_2
    {
        private const string Signature = "0D0A0D0A000D0A515549540A";

        [Fact]
        public void Tcp4() => DecodesTo(
            new ProxyHeader(2, ProxyCommand.Proxy, Parse("192.0.2.1:56324"), Parse("198.51.100.7:443")),
            Hex($"{Signature} 21 11 000C C0000201 C6336407 DC04 01BB"));

        [Fact]
        public void Tcp6() => DecodesTo(
            new ProxyHeader(2, ProxyCommand.Proxy, Parse("[2001:db8::1]:56324"), Parse("[::1]:443")),
            Hex($"{Signature} 21 21 0024 20010DB8000000000000000000000001 00000000000000000000000000000001 DC04 01BB"));

        [Fact]
        public void Udp4() => DecodesTo(
            new ProxyHeader(2, ProxyCommand.Proxy, Parse("192.0.2.1:56324"), Parse("198.51.100.7:443")) { IsDatagram = true },
            Hex($"{Signature} 21 12 000C C0000201 C6336407 DC04 01BB"));

        [Fact]
        public void UnixStream() => DecodesTo(
            new ProxyHeader(2, ProxyCommand.Proxy, new UnixDomainSocketEndPoint("/run/a"), new UnixDomainSocketEndPoint("\0b")),
            Hex($"{Signature} 21 31 00D8 {Padded("2F72756E2F61")} {Padded("0062")}"));

        [Fact]
        public void UnixStreamWithoutNames() => DecodesTo(
            new ProxyHeader(2, ProxyCommand.Proxy, null, null),
            Hex($"{Signature} 21 31 00D8 {Padded("")} {Padded("")}"));

        [Theory]
        [InlineData("20 00 0000")]
        [InlineData("20 11 000C C0000201 C6336407 DC04 01BB")]
        [InlineData("20 11 0000")]
        [InlineData("20 00 0003 FFFFFF")]
        public void LocalDiscardsEverything(string rest) => DecodesTo(new ProxyHeader(2, ProxyCommand.Local, null, null), Hex(Signature + rest));

        [Theory]
        [InlineData("21 00 0000")]
        [InlineData("21 00 0003 FFFFFF")]
        [InlineData("21 10 000C C0000201 C6336407 DC04 01BB")]
        [InlineData("21 01 0000")]
        public void AnUnspecifiedFamilyIsIgnored(string rest) => DecodesTo(new ProxyHeader(2, ProxyCommand.Proxy, null, null), Hex(Signature + rest));

        [Fact]
        public void Extensions() => DecodesTo(
            new ProxyHeader(2, ProxyCommand.Proxy, Parse("192.0.2.1:1"), Parse("192.0.2.2:2"))
            {
                Extensions =
                [
                    new ProxyTlv(ProxyTlvType.Alpn, "h2"u8.ToArray()),
                    new ProxyTlv(ProxyTlvType.Authority, "example.org"u8.ToArray()),
                    new ProxyTlv((ProxyTlvType)0xE0, Array.Empty<byte>()),
                ],
            },
            Hex($"{Signature} 21 11 0028 C0000201 C0000202 0001 0002 01 0002 6832 04 0003 000000 02 000B 6578616D706C652E6F7267 E0 0000"));

        [Fact]
        public void AnExtensionIsFoundByItsType()
        {
            ProxyHeader header = Decode(Hex($"{Signature} 21 11 0011 C0000201 C0000202 0001 0002 01 0002 6832"));

            Assert.Equal("h2"u8.ToArray(), header.FindExtension(ProxyTlvType.Alpn)!.Value.ToArray());
            Assert.Null(header.FindExtension(ProxyTlvType.Authority));
        }

        [Theory]
        [InlineData("0D0A0D0A000D0A515549540B", ProxyViolation.NotAHeader)]
        [InlineData("0D0A0D0B", ProxyViolation.NotAHeader)]
        [InlineData(Signature + "11", ProxyViolation.VersionUnknown)]
        [InlineData(Signature + "31", ProxyViolation.VersionUnknown)]
        [InlineData(Signature + "22", ProxyViolation.CommandUnknown)]
        [InlineData(Signature + "2141", ProxyViolation.FamilyUnknown)]
        [InlineData(Signature + "2113", ProxyViolation.FamilyUnknown)]
        [InlineData(Signature + "21114001", ProxyViolation.TooLong)]
        [InlineData(Signature + "2111000B C0000201 C6336407 DC04 01", ProxyViolation.AddressesMissing)]
        [InlineData(Signature + "2121000C C0000201 C6336407 DC04 01BB", ProxyViolation.AddressesMissing)]
        [InlineData(Signature + "2131000C C0000201 C6336407 DC04 01BB", ProxyViolation.AddressesMissing)]
        [InlineData(Signature + "2111000E C0000201 C6336407 DC04 01BB 0100", ProxyViolation.ExtensionMalformed)]
        [InlineData(Signature + "21110010 C0000201 C6336407 DC04 01BB 01000268", ProxyViolation.ExtensionMalformed)]
        public void AViolation(string bytes, ProxyViolation violation) => Breaks(violation, Hex(bytes));

        private static string Padded(string hex) => hex.PadRight(216, '0');
    }

    /// <summary>PROXY protocol §2.2.3: the checksum.</summary>
    public sealed class Section_2_2_3
    {
        [Fact]
        public void ARightChecksumIsTaken()
        {
            var header = new ProxyHeader(2, ProxyCommand.Proxy, Parse("192.0.2.1:1"), Parse("192.0.2.2:2"));

            DecodesTo(header, Encode(header, withChecksum: true));
        }

        [Fact]
        public void AnyOtherByteMakesItWrong()
        {
            byte[] bytes = Encode(new ProxyHeader(2, ProxyCommand.Proxy, Parse("192.0.2.1:1"), Parse("192.0.2.2:2")), withChecksum: true);
            for (int at = 16; at < bytes.Length; at++)
            {
                bytes[at] ^= 0x40;
                var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
                var decoder = new ProxyHeaderDecoder();
                DecodeStatus status = decoder.Decode(ref reader, out ProxyHeader? header);
                bool isTypeOrLength = at is 28 or 29 or 30;
                Assert.True(isTypeOrLength || (status == DecodeStatus.Violation && decoder.Broken == ProxyViolation.ChecksumWrong), $"byte {at}: {status} {header}");
                bytes[at] ^= 0x40;
            }
        }

        [Fact]
        public void TheChecksumIsCrc32C() =>
            // the check value of CRC-32C, over the digits 1 to 9
            Assert.Equal(0xE3069283u, ProxySyntax.Checksum("123456789"u8, fieldAt: 100));
    }

    public sealed class Encoding_
    {
        [Theory]
        [InlineData(1, "192.0.2.1:1", "192.0.2.2:2", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n")]
        [InlineData(1, "[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.2]:2", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n")]
        [InlineData(1, "192.0.2.1:1", "[2001:db8::2]:2", "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n")]
        [InlineData(1, "[fe80::1%5]:1", "[fe80::2%5]:2", "PROXY TCP6 fe80::1 fe80::2 1 2\r\n")]
        [InlineData(1, null, "192.0.2.2:2", "PROXY UNKNOWN\r\n")]
        public void Lines(int version, string? source, string? destination, string line) =>
            Assert.Equal(line, Encoding.ASCII.GetString(Encode(new ProxyHeader(version, ProxyCommand.Proxy, Parse(source), Parse(destination)))));

        [Fact]
        public void LocalInEitherVersion()
        {
            Assert.Equal("PROXY UNKNOWN\r\n", Encoding.ASCII.GetString(Encode(new ProxyHeader(1, ProxyCommand.Local, null, null))));
            Assert.Equal(Hex("0D0A0D0A000D0A515549540A 20 00 0000"), Encode(new ProxyHeader(2, ProxyCommand.Local, null, null)));
        }

        [Fact]
        public void WhatIsTooLongIsRefused() => Assert.Throws<ArgumentException>(() => Encode(
            new ProxyHeader(2, ProxyCommand.Proxy, Parse("192.0.2.1:1"), Parse("192.0.2.2:2"))
            {
                Extensions = [new ProxyTlv(ProxyTlvType.UniqueId, new byte[65536])],
            }));
    }

    internal static byte[] Encode(ProxyHeader header, bool withChecksum = false)
    {
        var bytes = new ArrayBufferWriter<byte>();
        new ProxyHeaderEncoder { WithChecksum = withChecksum }.Encode(header, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static IPEndPoint? Parse(string? text) => text is null ? null : IPEndPoint.Parse(text);

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    private static ProxyHeader Decode(byte[] bytes)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        Assert.Equal(DecodeStatus.Frame, new ProxyHeaderDecoder().Decode(ref reader, out ProxyHeader? header));
        return header!;
    }

    /// <summary>Whole, and byte by byte; what stands behind is left.</summary>
    private static void DecodesTo(ProxyHeader expected, byte[] bytes)
    {
        byte[] all = [.. bytes, .. "behind"u8];
        for (int length = 0; length < bytes.Length; length++)
        {
            var early = new SequenceReader<byte>(new ReadOnlySequence<byte>(all, 0, length));
            Assert.Equal(DecodeStatus.NeedMore, new ProxyHeaderDecoder().Decode(ref early, out _));
            Assert.Equal(0, early.Consumed);
        }

        foreach (ReadOnlySequence<byte> sequence in (ReadOnlySequence<byte>[])[new ReadOnlySequence<byte>(all), Segments.OneByteEach(all)])
        {
            var reader = new SequenceReader<byte>(sequence);
            Assert.Equal(DecodeStatus.Frame, new ProxyHeaderDecoder().Decode(ref reader, out ProxyHeader? header));
            Assert.Equal(expected, header);
            Assert.Equal("behind"u8.ToArray(), reader.UnreadSequence.ToArray());
        }
    }

    /// <summary>Whole, and at some byte when fed byte by byte; nothing is consumed.</summary>
    private static void Breaks(ProxyViolation violation, byte[] bytes)
    {
        var decoder = new ProxyHeaderDecoder();
        for (int length = 1; length <= bytes.Length; length++)
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes, 0, length));
            DecodeStatus status = decoder.Decode(ref reader, out ProxyHeader? header);
            Assert.Null(header);
            Assert.Equal(0, reader.Consumed);
            if (status == DecodeStatus.Violation)
            {
                break;
            }
        }

        Assert.Equal(violation, decoder.Broken);
        Assert.False(decoder.Violation.CanContinue);
        Assert.Contains(violation.ToString(), decoder.Violation.Rule);
    }
}
