using System.Buffers;
using System.Text;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

public sealed class DelimitedDecoderTests
{
    [Theory]
    [InlineData("\0", "a\0bc\0\0d", "a|bc||")]
    [InlineData("--", "a--b---c-d--", "a|b|-c-d|")]
    [InlineData("aab", "aaabaab", "a||")]
    [InlineData("aab", "xaaaabyaab", "xaa|y|")]
    [InlineData("--", "12345678--", "12345678|")]
    [InlineData("--", "123456789--z--", "! frame longer than 8 bytes|z|")]
    [InlineData("--", "123456789-0-1--z--", "! frame longer than 8 bytes|z|")]
    [InlineData("--", "1234567890123456789", "! frame longer than 8 bytes|")]
    public void Vectors(string delimiter, string input, string outcomes) =>
        FramingAssert.Decodes(input, outcomes, () => Frames.Delimited(Encoding.ASCII.GetBytes(delimiter), 8), DecoderFeed.Text);

    [Fact]
    public void RandomInputIsCutAtTheFirstDelimiters()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            string delimiter = RandomText(random, random.Next(1, 4));
            string input = RandomText(random, random.Next(60));
            List<string> expected = Model(input, delimiter, 8);
            byte[] bytes = Encoding.ASCII.GetBytes(input);
            DelimitedDecoder Decoder() => Frames.Delimited(Encoding.ASCII.GetBytes(delimiter), 8);
            foreach (List<string> actual in (List<string>[])[
                DecoderFeed.Whole(Decoder(), bytes, DecoderFeed.Text), DecoderFeed.PerByte(Decoder(), bytes, DecoderFeed.Text),
                DecoderFeed.Randomly(Decoder(), bytes, DecoderFeed.Text, random)])
            {
                Assert.True(expected.SequenceEqual(actual), $"seed {seed}: {input} by {delimiter}: expected {string.Join('|', expected)}, actual {string.Join('|', actual)}");
            }
        }
    }

    [Fact]
    public void WhatWasSearchedIsNotSearchedAgain()
    {
        var decoder = Frames.Delimited("--"u8, 1000);
        byte[] bytes = new byte[600];
        for (int length = 1; length <= 600; length++)
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes, 0, length));
            Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
            // The last byte may still be the delimiter's first; those before it may not be looked at again.
            bytes.AsSpan(0, length - 1).Fill((byte)'-');
        }
    }

    [Fact]
    public void AskedWithoutNewInputItKeepsItsPlace()
    {
        var decoder = Frames.Delimited("--"u8, 100);
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>("hel-"u8.ToArray()));
        Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
        var nothing = new SequenceReader<byte>(default);
        Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref nothing, out _));
        reader = new SequenceReader<byte>(new ReadOnlySequence<byte>("hel--"u8.ToArray()));
        Assert.Equal(DecodeStatus.Frame, decoder.Decode(ref reader, out ReadOnlySequence<byte> frame));
        Assert.Equal("hel", DecoderFeed.Text(frame));
    }

    private static List<string> Model(string input, string delimiter, int max)
    {
        List<string> outcomes = [];
        int at = 0;
        while (input.IndexOf(delimiter, at, StringComparison.Ordinal) is var end and >= 0)
        {
            outcomes.Add(end - at > max ? $"! frame longer than {max} bytes" : input[at..end]);
            at = end + delimiter.Length;
        }

        // What certainly belongs to the unfinished frame is all but what may be the beginning of the delimiter.
        if (input.Length - at - (delimiter.Length - 1) > max)
        {
            outcomes.Add($"! frame longer than {max} bytes");
        }

        return outcomes;
    }

    private static string RandomText(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "aab-"[random.Next(4)]));
}
