using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Server;
using Ropewalk.Transports;

namespace Ropewalk.Bench;

/// <summary>
/// One channel. A connection that says <c>join</c> gets <c>ok</c>, and then every line that somebody publishes with <c>pub LINE</c>. A
/// member that does not read loses lines: it neither grows memory nor slows the others.
/// </summary>
internal static class FanoutServer
{
    private static readonly Lock s_gate = new();
    private static readonly List<IOutboundQueueFeature> s_members = [];

    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        var server = new ConnectionServer(arguments.CreateContext());
        await server.ListenAsync(arguments.EndpointSpec, ServeAsync);
        return server;
    }

    private static async Task ServeAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        LineDecoder lines = Frames.Lines(1024);
        IOutboundQueueFeature queue = connection.Features.Get<IOutboundQueueFeature>()!;
        queue.Overflow = OutboundOverflow.Drop;
        queue.LimitBytes = 64 * 1024;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                input.AdvanceTo(Receive(lines, read.Buffer, queue), read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            lock (s_gate)
            {
                s_members.Remove(queue);
            }
        }
    }

    private static SequencePosition Receive(LineDecoder lines, in ReadOnlySequence<byte> buffer, IOutboundQueueFeature queue)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (lines.Decode(ref reader, out ReadOnlySequence<byte> line) == DecodeStatus.Frame)
        {
            ReadOnlySpan<byte> text = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
            if (text.SequenceEqual("join"u8))
            {
                Join(queue);
            }
            else if (text.StartsWith("pub "u8))
            {
                Publish(text[4..]);
            }
        }

        return reader.Position;
    }

    private static void Join(IOutboundQueueFeature queue)
    {
        SharedBytes ok = SharedBytes.Copy("ok\n"u8);
        lock (s_gate)
        {
            s_members.Add(queue);
            queue.TryEnqueue(ok);
        }

        ok.Release();
    }

    private static void Publish(ReadOnlySpan<byte> text)
    {
        Span<byte> copy = stackalloc byte[text.Length + 1];
        text.CopyTo(copy);
        copy[^1] = (byte)'\n';
        SharedBytes line = SharedBytes.Copy(copy);
        lock (s_gate)
        {
            foreach (IOutboundQueueFeature member in s_members)
            {
                member.TryEnqueue(line);
            }
        }

        line.Release();
    }
}
