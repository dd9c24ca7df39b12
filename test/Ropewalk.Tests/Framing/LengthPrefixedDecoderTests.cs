using System.Buffers;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

public sealed class LengthPrefixedDecoderTests
{
    [Theory]
    [InlineData("\x03" + "abc\x00\x01z", "abc||z|")]
    [InlineData("\x03" + "ab", "")]
    [InlineData("\x09" + "123456789\x01z", "! frame longer than 8 bytes|z|")]
    [InlineData("\xFF" + "unfinished", "! frame longer than 8 bytes|")]
    public void OneByte(string input, string outcomes) => Check(input, outcomes, LengthPrefix.OneByte);

    [Theory]
    [InlineData("\x00\x03" + "abc\x00\x00\x00\x01z", "abc||z|")]
    [InlineData("\x01\x00" + "abc", "! frame longer than 8 bytes|")]
    public void TwoBytesInNetworkOrder(string input, string outcomes) => Check(input, outcomes, LengthPrefix.TwoBytes);

    [Theory]
    [InlineData("\x03\x00" + "abc\x01\x00z", "abc|z|")]
    public void TwoBytesLittleEndian(string input, string outcomes) => Check(input, outcomes, new LengthPrefix(2, LittleEndian: true));

    [Theory]
    [InlineData("\x00\x00\x00\x03" + "abc", "abc|")]
    [InlineData("\xFF\xFF\xFF\xFF" + "abc", "! frame longer than 8 bytes|")]
    public void FourBytes(string input, string outcomes) => Check(input, outcomes, LengthPrefix.FourBytes);

    [Theory]
    [InlineData("\x00\x00\x06" + "abc\x00\x00\x03", "abc||")]
    [InlineData("\x00\x00\x02" + "abc\x00\x00\x03", "!! length shorter than its own prefix|")]
    public void ThatCountsItself(string input, string outcomes) => Check(input, outcomes, new LengthPrefix(3, CountsItself: true));

    [Fact]
    public void ABrokenStreamStaysBroken()
    {
        var decoder = Frames.LengthPrefixed(new LengthPrefix(1, CountsItself: true), 8);
        for (int i = 0; i < 3; i++)
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>([0, 2, 65]));
            Assert.Equal(DecodeStatus.Violation, decoder.Decode(ref reader, out _));
            Assert.False(decoder.Violation.CanContinue);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void OtherWidthsAreRefused(int width) => Assert.Throws<ArgumentOutOfRangeException>(() => Frames.LengthPrefixed(new LengthPrefix(width), 8));

    private static void Check(string input, string outcomes, LengthPrefix prefix) =>
        FramingAssert.Decodes(input, outcomes, () => Frames.LengthPrefixed(prefix, 8), DecoderFeed.Text);
}
