using System.Buffers;

namespace Ropewalk.Testing.Tests;

public sealed class SplitSequenceTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    [Theory]
    [InlineData(1, 100)]
    [InlineData(7, 15)]
    [InlineData(100, 1)]
    [InlineData(1000, 1)]
    public void EveryKeepsTheBytesAndCutsThem(int segmentBytes, int segments)
    {
        ReadOnlySequence<byte> split = SplitSequence.Every(Bytes, segmentBytes);
        Assert.Equal(Bytes, split.ToArray());
        int count = 0;
        foreach (ReadOnlyMemory<byte> _ in split)
        {
            count++;
        }

        Assert.Equal(segments, count);
    }

    [Fact]
    public void RandomlyKeepsTheBytes()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Assert.Equal(Bytes, SplitSequence.Randomly(Bytes, new Random(seed)).ToArray());
        }
    }
}
