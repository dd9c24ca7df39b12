using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.Tests.Framing;

public sealed class FramingAllocationTests
{
    [Fact]
    public void LinesAllocateNothing() => AllocatesNothing(Frames.Lines(100), "hello\r\n");

    [Fact]
    public void StrictLinesAllocateNothing() => AllocatesNothing(Frames.Lines(100, LineBreaks.Strict), "hello\r\n");

    [Fact]
    public void OverlongLinesAllocateNothing() => AllocatesNothing(Frames.Lines(3), "hello\r\n");

    [Fact]
    public void LengthPrefixedFramesAllocateNothing() => AllocatesNothing(Frames.LengthPrefixed(LengthPrefix.TwoBytes, 100), "\0\x05hello");

    [Fact]
    public void NetstringsAllocateNothing() => AllocatesNothing(Frames.Netstrings(100), "5:hello,");

    [Fact]
    public void DelimitedFramesAllocateNothing() => AllocatesNothing(Frames.Delimited("--"u8, 100), "hello--");

    private static void AllocatesNothing(IFrameDecoder<ReadOnlySequence<byte>> decoder, string frame)
    {
        byte[] many = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(frame, 1000)));
        var input = new ReadOnlySequence<byte>(many);
        long frames = 0, bytes = 0;
        for (int round = 0; round < 20; round++)
        {
            // The first rounds compile.
            if (round == 10)
            {
                frames = 0;
                bytes = GC.GetAllocatedBytesForCurrentThread();
            }

            var reader = new SequenceReader<byte>(input);
            while (decoder.Decode(ref reader, out _) != DecodeStatus.NeedMore)
            {
                frames++;
            }
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Assert.Equal(10_000, frames);
        Assert.Equal(0, bytes);
    }
}
