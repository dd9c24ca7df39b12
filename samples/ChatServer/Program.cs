// A chat room: each line that somebody sends goes to everybody, once encoded, however many they are.
//
//   dotnet run --project samples/ChatServer -- tcp:127.0.0.1:7070
//   nc 127.0.0.1 7070                       (in two other terminals)
//
// Who does not read is closed when 256 KiB wait for them; the others notice nothing.
using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Server;
using Ropewalk.Transports;

const int MaxLineBytes = 512;
var members = new ConcurrentDictionary<ConnectionContext, string>();
await using var server = new ConnectionServer();
Listening listening = await server.ListenAsync(args.FirstOrDefault() ?? "tcp:127.0.0.1:7070", ChatAsync);
Console.WriteLine($"chat: listening on {listening.EndPoint}; Ctrl-C ends");

var stopped = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stopped.Task;
Announce("* the server stops");

async Task ChatAsync(ConnectionContext connection)
{
    connection.Features.Get<IOutboundQueueFeature>()!.LimitBytes = 256 * 1024;
    string name = $"guest{connection.ConnectionId}";
    members[connection] = name;
    Announce($"* {name} joined, {members.Count} here");
    try
    {
        await ReceiveAsync(connection.Transport.Input, name);
    }
    catch (ConnectionResetException)
    {
        // Gone without a word: the announcement below says so.
    }
    finally
    {
        members.TryRemove(connection, out _);
        Announce($"* {name} left, {members.Count} here");
    }
}

async Task ReceiveAsync(PipeReader input, string name)
{
    var decoder = new LineDecoder(MaxLineBytes);
    while (true)
    {
        ReadResult read = await input.ReadAsync();
        input.AdvanceTo(Deliver(read.Buffer, decoder, name), read.Buffer.End);
        if (read.IsCompleted)
        {
            return;
        }
    }
}

SequencePosition Deliver(ReadOnlySequence<byte> bytes, LineDecoder decoder, string name)
{
    var input = new SequenceReader<byte>(bytes);
    while (true)
    {
        switch (decoder.Decode(ref input, out ReadOnlySequence<byte> line))
        {
            case DecodeStatus.Frame:
                Announce($"<{name}> {Printable(line)}");
                break;
            case DecodeStatus.Violation:
                Announce($"* {name} sent a {decoder.Violation.Rule}; it was dropped");
                break;
            default:
                return input.Position;
        }
    }
}

// What people type must not steer other people's terminals.
static string Printable(in ReadOnlySequence<byte> line) =>
    string.Concat(Encoding.UTF8.GetString(line).Select(static c => char.IsControl(c) ? '\uFFFD' : c));

void Announce(string line)
{
    SharedBytes bytes = SharedBytes.Own(Encoding.UTF8.GetBytes(line + "\r\n"));
    foreach (ConnectionContext member in members.Keys)
    {
        member.Features.Get<IOutboundQueueFeature>()!.TryEnqueue(bytes);
    }

    bytes.Release();
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopped.TrySetResult();
}
