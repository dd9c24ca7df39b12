using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Server;

namespace Ropewalk.Bench;

/// <summary>
/// Answers each line with itself, framed on the way in and out. The line <c>?</c> is answered with the bytes that the process has allocated
/// so far, and the lines that it has answered.
/// </summary>
internal static class LineServer
{
    private static long s_lines;

    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        var server = new ConnectionServer(arguments.CreateContext());
        await server.ListenAsync(arguments.EndpointSpec, ServeAsync);
        return server;
    }

    public static async Task ServeAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        LineDecoder lines = Frames.Lines(1024);
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            input.AdvanceTo(Answer(lines, read.Buffer, output), read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            await output.FlushAsync();
        }
    }

    private static SequencePosition Answer(LineDecoder lines, in ReadOnlySequence<byte> buffer, PipeWriter output)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (lines.Decode(ref reader, out ReadOnlySequence<byte> line) is var status && status != DecodeStatus.NeedMore)
        {
            if (status == DecodeStatus.Frame)
            {
                Interlocked.Increment(ref s_lines);
                Reply(line, output);
            }
        }

        return reader.Position;
    }

    private static void Reply(in ReadOnlySequence<byte> line, PipeWriter output)
    {
        if (line.Length == 1 && line.FirstSpan[0] == (byte)'?')
        {
            string figures = string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {Volatile.Read(ref s_lines)}\n");
            Encoding.ASCII.GetBytes(figures, output);
            return;
        }

        foreach (ReadOnlyMemory<byte> segment in line)
        {
            output.Write(segment.Span);
        }

        output.Write("\n"u8);
    }
}
