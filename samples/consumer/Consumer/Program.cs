// What a stranger's program does with the packages: a server on a port of the system's choosing and in memory, framed lines, a client.
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Framing;
using Ropewalk.Server;

var context = new EndpointContext();
await using var server = new ConnectionServer(context);
Listening tcp = await server.ListenAsync("tcp:127.0.0.1:0", UpperCaseAsync);
await server.ListenAsync("mem:upper", UpperCaseAsync);

var client = new ConnectionClient(context);
int port = ((IPEndPoint)tcp.EndPoint).Port;
foreach (string endpoint in (string[])[$"tcp:127.0.0.1:{port}", "mem:upper"])
{
    await using ConnectionContext connection = await client.ConnectAsync(endpoint);
    await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"hello over {endpoint.Split(':')[0]}\r\n"));
    await connection.Transport.Output.CompleteAsync(); // the end of our output; the answer still comes
    ReadResult answer = await connection.Transport.Input.ReadAtLeastAsync(14);
    Console.WriteLine(Encoding.ASCII.GetString(answer.Buffer).TrimEnd());
}

static async Task UpperCaseAsync(ConnectionContext connection)
{
    PipeReader input = connection.Transport.Input;
    LineDecoder lines = Frames.Lines(maxBytes: 512);
    while (true)
    {
        ReadResult read = await input.ReadAsync();
        input.AdvanceTo(Answer(lines, read.Buffer, connection.Transport.Output), read.Buffer.End);
        await connection.Transport.Output.FlushAsync();
        if (read.IsCompleted)
        {
            return;
        }
    }
}

static SequencePosition Answer(LineDecoder lines, ReadOnlySequence<byte> buffer, PipeWriter output)
{
    var reader = new SequenceReader<byte>(buffer);
    while (lines.Decode(ref reader, out ReadOnlySequence<byte> line) == DecodeStatus.Frame)
    {
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(line).ToUpperInvariant() + "\r\n", output);
    }

    return reader.Position;
}
