using System.Buffers;
using System.Text;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

public sealed class BodyDecoderTests
{
    [Fact]
    public void FramesOfOneSize() =>
        FramingAssert.Decodes("abcdefgh", "abc|def|", () => Frames.Exactly(3), DecoderFeed.Text);

    [Fact]
    public void ABodyArrivesInBoundedChunksAndEndsWithTheLast()
    {
        var decoder = Frames.Bodies(4);
        decoder.Begin(10);
        byte[] input = "0123456789rest"u8.ToArray();
        Assert.Equal(["0123", "4567", "89."], DecoderFeed.Whole(decoder, input, Text));
        decoder.Begin(10);
        Assert.Equal("0,1,2,3,4,5,6,7,8,9.", string.Join(',', DecoderFeed.PerByte(decoder, input, Text)));
    }

    [Fact]
    public void AnEmptyBodyIsOneEmptyLastChunk()
    {
        var decoder = Frames.Bodies(4);
        decoder.Begin(0);
        Assert.Equal(["."], DecoderFeed.Whole(decoder, "rest"u8, Text));
    }

    [Fact]
    public void BehindTheBodyNothingIsConsumed()
    {
        var decoder = Frames.Bodies(100);
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>("abcd"u8.ToArray()));
        Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
        decoder.Begin(3);
        Assert.Equal(DecodeStatus.Frame, decoder.Decode(ref reader, out BodyChunk chunk));
        Assert.True(chunk.IsLast);
        Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(ref reader, out _));
        Assert.Equal(1, reader.Remaining);
    }

    private static string Text(BodyChunk chunk) => Encoding.ASCII.GetString(chunk.Bytes) + (chunk.IsLast ? "." : "");
}
