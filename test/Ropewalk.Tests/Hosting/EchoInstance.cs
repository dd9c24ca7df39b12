using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Hosting;

/// <summary>Greets, echoes lines, and says goodbye when it is asked to.</summary>
public sealed class EchoInstance(EchoOptions options) : ServiceInstance
{
    private readonly EchoOptions _own = options;
    private volatile EchoOptions _live = options;

    private volatile string _prefix = options.PrefixFile is { } file ? File.ReadAllText(file) : "";
    private string? _read;

    public bool IsDisposed { get; private set; }

    public override IReadOnlyList<string> Files => _own.PrefixFile is { } file ? [file] : [];

    public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => ServeAsync;

    public override DatagramHandler? GetDatagrams(EndpointSpec endpoint) => Answer;

    public override void ApplyLive(object options) => _live = (EchoOptions)options;

    public override ValueTask<IReadOnlyList<string>> ReadFilesAsync(object options, CancellationToken cancellationToken)
    {
        _read = _own.PrefixFile is { } file ? File.ReadAllText(file) : "";
        return new(_read == "wrong" ? ["the prefix is wrong"] : []);
    }

    public override void TakeFiles() => _prefix = _read!;

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return base.DisposeAsync();
    }

    private void Answer(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            string text = _own.Greeting + " " + Encoding.ASCII.GetString(batch[i].Payload) + _live.Suffix;
            batch.Reply(i, Encoding.ASCII.GetBytes(text));
        }
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        using CancellationTokenRegistration goodbye = _own.Deaf
            ? default
            : connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(input.CancelPendingRead);
        await WriteLineAsync(output, _own.Greeting);
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                await WriteLineAsync(output, _prefix + Encoding.ASCII.GetString(buffer.Slice(0, end)) + _live.Suffix);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCanceled && !_own.Deaf)
            {
                await WriteLineAsync(output, "goodbye");
                return;
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task WriteLineAsync(PipeWriter output, string line) => await output.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"));
}
