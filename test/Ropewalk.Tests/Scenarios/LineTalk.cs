using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;

namespace Ropewalk.Tests.Scenarios;

/// <summary>Talks in lines over a connection.</summary>
public sealed class LineTalk(ConnectionContext connection)
{
    private readonly LineDecoder _decoder = Frames.Lines(1024);

    /// <summary>Reads a line; null at the end.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken = default)
    {
        PipeReader input = connection.Transport.Input;
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            if (Take(input, read.Buffer) is { } line)
            {
                return line;
            }

            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    public async Task WriteAsync(string line, CancellationToken cancellationToken = default, bool isWhole = true)
        => await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(isWhole ? line + "\r\n" : line), cancellationToken);

    /// <summary>Answers each line with itself until the end.</summary>
    public async Task EchoAsync(Action<string>? told = null)
    {
        while (await ReadAsync() is { } line)
        {
            told?.Invoke(line);
            await WriteAsync(line);
        }
    }

    private string? Take(PipeReader input, ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        DecodeStatus status = _decoder.Decode(ref reader, out ReadOnlySequence<byte> line);
        string? text = status == DecodeStatus.Frame ? Encoding.ASCII.GetString(line) : null;
        input.AdvanceTo(reader.Position, status == DecodeStatus.Frame ? reader.Position : buffer.End);
        return text;
    }
}
