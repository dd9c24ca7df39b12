// An HTTP CONNECT proxy (RFC 9110 §9.3.6) that tunnels to the ports that are allowed, and to nothing else.
//
//   dotnet run --project samples/ConnectProxy -- tcp:127.0.0.1:3128 443,8443
//   curl --proxytunnel -x http://127.0.0.1:3128 https://localhost:8443/ -k
//
// The tunnel keeps both half-closes, and holds no more than the two transports do.
using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Framing;
using Ropewalk.Relay;
using Ropewalk.Server;

const int MaxLineBytes = 8 * 1024;
const int MaxHeaderLines = 100;
TimeSpan headerTimeout = TimeSpan.FromSeconds(10);
string at = args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:3128";
HashSet<int> allowed = [.. (args.ElementAtOrDefault(1) ?? "443").Split(',').Select(static port => int.Parse(port, CultureInfo.InvariantCulture))];
var client = new ConnectionClient();
await using var server = new ConnectionServer();
Listening listening = await server.ListenAsync(at, ServeAsync);
Console.WriteLine($"proxy: listening on {listening.EndPoint}, tunnels to ports {string.Join(", ", allowed)}; Ctrl-C ends");

var stopped = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stopped.Task;

async Task ServeAsync(ConnectionContext near)
{
    using var timeout = new CancellationTokenSource(headerTimeout);
    string? request;
    try
    {
        request = await ReadHeadAsync(near.Transport.Input, timeout.Token);
    }
    catch (OperationCanceledException)
    {
        await AnswerAsync(near, "408 Request Timeout");
        return;
    }

    if (request?.Split(' ') is not ["CONNECT", string authority, "HTTP/1.1" or "HTTP/1.0"])
    {
        await AnswerAsync(near, request is null ? "400 Bad Request" : "405 Method Not Allowed");
        return;
    }

    if (!EndpointSpec.TryParse("tcp:" + authority, out EndpointSpec? target, out _) || target.Host is null)
    {
        await AnswerAsync(near, "400 Bad Request");
        return;
    }

    if (!allowed.Contains(target.Port ?? 0))
    {
        await AnswerAsync(near, "403 Forbidden");
        return;
    }

    try
    {
        await using ConnectionContext far = await client.ConnectAsync(target);
        await AnswerAsync(near, "200 Connection Established");
        await ConnectionRelay.RunAsync(near, far);
    }
    catch (EndpointException exception)
    {
        Console.Error.WriteLine($"proxy: {exception.Message}");
        await AnswerAsync(near, "502 Bad Gateway");
    }
}

// The request line, or null where there is none; the header lines behind it are read and not needed.
static async Task<string?> ReadHeadAsync(PipeReader input, CancellationToken cancellationToken)
{
    var decoder = new LineDecoder(MaxLineBytes);
    string? first = null;
    for (int lines = 0; lines <= MaxHeaderLines;)
    {
        ReadResult read = await input.ReadAsync(cancellationToken);
        DecodeStatus status = Next(read.Buffer, decoder, out string? line, out SequencePosition consumed);
        input.AdvanceTo(consumed, status == DecodeStatus.NeedMore ? read.Buffer.End : consumed);
        if (status == DecodeStatus.Violation || (status == DecodeStatus.NeedMore && read.IsCompleted))
        {
            return null;
        }

        if (status == DecodeStatus.Frame)
        {
            first ??= line;
            lines++;
            if (line!.Length == 0)
            {
                return first;
            }
        }
    }

    return null;
}

static DecodeStatus Next(in ReadOnlySequence<byte> bytes, LineDecoder decoder, out string? line, out SequencePosition consumed)
{
    var input = new SequenceReader<byte>(bytes);
    DecodeStatus status = decoder.Decode(ref input, out ReadOnlySequence<byte> frame);
    line = status == DecodeStatus.Frame ? Encoding.ASCII.GetString(frame) : null;
    consumed = input.Position;
    return status;
}

static async Task AnswerAsync(ConnectionContext near, string status)
{
    string close = status.StartsWith('2') ? "" : "Connection: close\r\nContent-Length: 0\r\n";
    await near.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{close}\r\n"));
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopped.TrySetResult();
}
