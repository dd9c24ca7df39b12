using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;

namespace Ropewalk.Tests.Sessions;

public sealed class FrameReaderExtensionsTests
{
    private readonly Pipe _pipe = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task EachFrameIsReadHoweverTheBytesArrive(int pieceBytes)
    {
        Task<List<string>> read = ReadAsync(100);
        foreach (byte[] piece in "one\r\ntwo\n\nhalf"u8.ToArray().Chunk(pieceBytes))
        {
            await _pipe.Writer.WriteAsync(piece);
        }

        await _pipe.Writer.CompleteAsync();
        Assert.Equal(["one", "two", ""], await read);
    }

    [Fact]
    public async Task WhatLiesBehindTheLastFrameIsLeftInThePipe()
    {
        await _pipe.Writer.WriteAsync("one\ntwo\nthr"u8.ToArray());
        Assert.Equal(["one"], await ReadAsync(1));
        Assert.True(_pipe.Reader.TryRead(out ReadResult rest));
        Assert.Equal("two\nthr", Encoding.UTF8.GetString(rest.Buffer));
    }

    [Fact]
    public async Task ABrokenRuleIsThePeersFault()
    {
        await _pipe.Writer.WriteAsync("123456789"u8.ToArray());
        ProtocolException failure = await Assert.ThrowsAsync<ProtocolException>(() => ReadAsync(1));
        Assert.Equal((ErrorSide.Remote, ErrorScope.Connection), (failure.Side, failure.Scope));
        Assert.Equal("line longer than 8 bytes", failure.Message);
    }

    [Fact]
    public async Task ACancelledReadEndsTheFrames()
    {
        Task<List<string>> read = ReadAsync(100);
        await _pipe.Writer.WriteAsync("one\ntw"u8.ToArray());
        _pipe.Reader.CancelPendingRead();
        Assert.Equal(["one"], await read);
    }

    private async Task<List<string>> ReadAsync(int most)
    {
        var lines = new List<string>();
        await foreach (ReadOnlySequence<byte> line in _pipe.Reader.ReadFramesAsync(Frames.Lines(8)))
        {
            lines.Add(Encoding.UTF8.GetString(line));
            if (lines.Count == most)
            {
                break;
            }
        }

        return lines;
    }
}
