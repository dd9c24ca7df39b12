using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

public sealed class EncoderTests
{
    private const int Max = 400;

    [Fact]
    public void LinesComeBack() =>
        RoundTrip(new LineEncoder(Max), () => Frames.Lines(Max, LineBreaks.Strict), frame => !frame.AsSpan().ContainsAny((byte)'\r', (byte)'\n'));

    [Fact]
    public void LengthPrefixedFramesComeBack()
    {
        foreach (LengthPrefix prefix in (LengthPrefix[])[new(2), new(2, true), new(3, false, true), new(4, true, true), new(4)])
        {
            RoundTrip(new LengthPrefixedEncoder(prefix, Max), () => Frames.LengthPrefixed(prefix, Max), _ => true);
        }
    }

    [Fact]
    public void NetstringsComeBack() => RoundTrip(new NetstringEncoder(Max), () => Frames.Netstrings(Max), _ => true);

    [Fact]
    public void DelimitedFramesComeBack()
    {
        foreach (string delimiter in (string[])["\0", "\r\n.\r\n", "aa", "aba"])
        {
            byte[] bytes = Encoding.ASCII.GetBytes(delimiter);
            RoundTrip(new DelimitedEncoder(bytes, Max), () => Frames.Delimited(bytes, Max), frame => CanBeDelimited(frame, bytes));
        }
    }

    [Fact]
    public void FramesOfOneSizeComeBack() => RoundTrip(new FixedSizeEncoder(3), () => Frames.Exactly(3), frame => frame.Length == 3);

    [Fact]
    public void SpansAreWrittenAsSequencesAre()
    {
        ArrayBufferWriter<byte> output = new();
        new LineEncoder(5).Encode("abcde"u8, output);
        new NetstringEncoder(5).Encode("abcde"u8, output);
        new LengthPrefixedEncoder(LengthPrefix.TwoBytes, 5).Encode("abcde"u8, output);
        Assert.Equal("abcde\r\n5:abcde,\0\x05" + "abcde", Encoding.ASCII.GetString(output.WrittenSpan));
        Assert.Throws<ArgumentException>(() => new LineEncoder(5).Encode("abcdef"u8, output));
        Assert.Throws<ArgumentException>(() => new LineEncoder(5).Encode("a\nb"u8, output));
        Assert.Throws<ArgumentException>(() => new NetstringEncoder(5).Encode("abcdef"u8, output));
        Assert.Throws<ArgumentException>(() => new LengthPrefixedEncoder(LengthPrefix.OneByte, 1000).Encode(new byte[256], output));
    }

    // What the encoder refuses must be what the framing cannot carry, and everything else must come back, however it arrives.
    private static void RoundTrip(IFrameEncoder<ReadOnlySequence<byte>> encoder, Func<IFrameDecoder<ReadOnlySequence<byte>>> decoder, Func<byte[], bool> fits)
    {
        // Bytes that mean something to one framing or the other are frequent.
        Gen<byte> letter = Gen.OneOf(Gen.Elements("\r\n\0ab.,:01"u8.ToArray()), Gen.Choose(0, 255).Select(i => (byte)i));
        Gen<byte[]> frame = Gen.OneOf(Gen.ArrayOf(letter), Gen.ArrayOf(letter, 3));
        Prop.ForAll(Gen.ArrayOf(frame).ToArbitrary(), frames =>
        {
            ArrayBufferWriter<byte> output = new();
            List<string> expected = [];
            foreach (byte[] bytes in frames)
            {
                if (Encodes(encoder, bytes, output) != fits(bytes))
                {
                    return false;
                }

                if (fits(bytes))
                {
                    expected.Add(Encoding.Latin1.GetString(bytes));
                }
            }

            return DecoderFeed.Whole(decoder(), output.WrittenSpan, DecoderFeed.Text).SequenceEqual(expected)
                && DecoderFeed.PerByte(decoder(), output.WrittenSpan, DecoderFeed.Text).SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();
    }

    private static bool Encodes(IFrameEncoder<ReadOnlySequence<byte>> encoder, byte[] bytes, ArrayBufferWriter<byte> output)
    {
        try
        {
            encoder.Encode(SplitSequence.Every(bytes, 3), output);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool CanBeDelimited(byte[] frame, byte[] delimiter) =>
        ((byte[])[.. frame, .. delimiter]).AsSpan().IndexOf(delimiter) == frame.Length;
}
