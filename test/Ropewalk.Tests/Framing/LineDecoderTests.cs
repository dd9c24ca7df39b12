using System.Buffers;
using System.Text;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

public sealed class LineDecoderTests
{
    private static readonly LineBreaks[] AllBreaks =
    [
        .. from lf in Enum.GetValues<BareBreak>() from cr in Enum.GetValues<BareBreak>() select new LineBreaks(lf, cr),
    ];

    [Theory]
    [InlineData("", "")]
    [InlineData("\r\n", "|")]
    [InlineData("a\r\nbc\r\n", "a|bc|")]
    [InlineData("a\nbc\n\n", "a|bc||")]
    [InlineData("a\rb\r\n", "a\rb|")]
    [InlineData("a\r\r\n", "a\r|")]
    [InlineData("a\r\nunfin", "a|")]
    [InlineData("12345678\r\n", "12345678|")]
    [InlineData("123456789\r\nb\r\n", "! line longer than 8 bytes|b|")]
    [InlineData("123456789012345678901234567890", "! line longer than 8 bytes|")]
    [InlineData("12345678\r9\r\nb\n", "! line longer than 8 bytes|b|")]
    [InlineData("\0\xFF\r\n", "\0\xFF|")]
    public void LenientLines(string input, string outcomes) => Check(input, outcomes, LineBreaks.Lenient);

    [Theory]
    [InlineData("a\r\nb\r\n", "a|b|")]
    [InlineData("a\nMAIL\r\nb\r\n", "! LF without CR|b|")]
    [InlineData("a\rMAIL\r\nb\r\n", "! CR without LF|b|")]
    [InlineData("a\n.\n\rb\r\r\nb\r\n", "! LF without CR|b|")]
    [InlineData("\n\r\nb\r\n", "! LF without CR|b|")]
    [InlineData("12345678\r\n", "12345678|")]
    [InlineData("12345678\n\r\nb\r\n", "! LF without CR|b|")]
    [InlineData("123456789\n\r\nb\r\n", "! line longer than 8 bytes|b|")]
    public void StrictLines(string input, string outcomes) => Check(input, outcomes, LineBreaks.Strict);

    [Theory]
    [InlineData("a\rb\nc\r\nd\r\re", "a|b|c|d||")]
    [InlineData("123456789\rb\r", "! line longer than 8 bytes|b|")]
    [InlineData("123456789\r\nb\r", "! line longer than 8 bytes|b|")]
    public void AnyBreak(string input, string outcomes) => Check(input, outcomes, LineBreaks.Any);

    [Fact]
    public void AnOverlongLineIsReportedBeforeItEndsAndHoldsNothingBack()
    {
        var decoder = Frames.Lines(8);
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>("123456789"u8.ToArray()));
        Assert.Equal(DecodeStatus.Violation, decoder.Decode(ref reader, out _));
        Assert.Equal(9, reader.Consumed);
        for (int i = 0; i < 100; i++)
        {
            reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(new byte[1000]));
            Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
            Assert.Equal(0, reader.Remaining);
        }
    }

    [Fact]
    public void WhatWasSearchedIsNotSearchedAgain()
    {
        foreach (LineBreaks breaks in AllBreaks)
        {
            var decoder = Frames.Lines(1000, breaks);
            byte[] bytes = Encoding.ASCII.GetBytes(new string('a', 600) + "\r\n");
            for (int length = 1; length <= 600; length++)
            {
                var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes, 0, length));
                Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
                Assert.Equal(0, reader.Consumed);
                // A decoder that looks again would see a line here.
                bytes[length - 1] = (byte)'\n';
            }

            var rest = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
            // Only the byte before a found LF may be looked at again: it could be its CR.
            Assert.Equal(DecodeStatus.Frame, decoder.Decode(ref rest, out ReadOnlySequence<byte> line));
            Assert.Equal(600, line.Length);
        }
    }

    [Fact]
    public void AskedWithoutNewInputItKeepsItsPlace()
    {
        var decoder = Frames.Lines(100);
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>("hel"u8.ToArray()));
        Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
        var nothing = new SequenceReader<byte>(default);
        Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref nothing, out _));
        reader = new SequenceReader<byte>(new ReadOnlySequence<byte>("hello\n"u8.ToArray()));
        Assert.Equal(DecodeStatus.Frame, decoder.Decode(ref reader, out ReadOnlySequence<byte> line));
        Assert.Equal("hello", DecoderFeed.Text(line));
    }

    [Fact]
    public void RandomInputInRandomPiecesIsDecodedAsTheModelDoes()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] input = RandomInput(random);
            LineBreaks breaks = AllBreaks[random.Next(AllBreaks.Length)];
            int max = random.Next(1, 12);
            List<string> expected = LineModel.Lines(input, max, breaks);
            string what = $"seed {seed}, {breaks}, max {max}: {Convert.ToHexString(input)}";
            AssertSame(expected, DecoderFeed.Whole(Frames.Lines(max, breaks), input, DecoderFeed.Text), what);
            AssertSame(expected, DecoderFeed.PerByte(Frames.Lines(max, breaks), input, DecoderFeed.Text), what);
            AssertSame(expected, DecoderFeed.Randomly(Frames.Lines(max, breaks), input, DecoderFeed.Text, random), what);
        }
    }

    private static byte[] RandomInput(Random random)
    {
        byte[] input = new byte[random.Next(120)];
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = random.Next(8) switch { 0 => (byte)'\r', 1 => (byte)'\n', 2 => (byte)random.Next(256), _ => (byte)('a' + random.Next(26)) };
        }

        return input;
    }

    private static void AssertSame(List<string> expected, List<string> actual, string what) =>
        Assert.True(expected.SequenceEqual(actual), $"{what}\nexpected {string.Join('|', expected)}\nactual   {string.Join('|', actual)}");

    private static void Check(string input, string outcomes, LineBreaks breaks)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(input);
        Assert.Equal(outcomes, Join(DecoderFeed.Whole(Frames.Lines(8, breaks), bytes, DecoderFeed.Text)));
        Assert.Equal(outcomes, Join(DecoderFeed.PerByte(Frames.Lines(8, breaks), bytes, DecoderFeed.Text)));
    }

    private static string Join(List<string> outcomes) => string.Concat(outcomes.Select(o => o + "|"));
}
