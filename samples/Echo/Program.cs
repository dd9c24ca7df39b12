// An echo server (RFC 862) on any endpoints: dotnet run --project samples/Echo -- tcp:127.0.0.1:7000 unix:/tmp/echo
// It prints what it is bound to, logs to standard error, and stops in phases on Ctrl-C and SIGTERM.
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Ropewalk.Endpoints;
using Ropewalk.Server;

using ILoggerFactory logs = LoggerFactory.Create(static builder => builder
    .AddSimpleConsole(static format => format.SingleLine = true)
    .Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
await using var server = new ConnectionServer(new EndpointContext { LoggerFactory = logs });
var listenings = new List<Listening>();
foreach (string at in args.DefaultIfEmpty("tcp:127.0.0.1:7000"))
{
    Listening listening = await server.ListenAsync(at, EchoAsync);
    Console.Out.WriteLine(listening.EndPoint);
    listenings.Add(listening);
}

var stop = new TaskCompletionSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await Task.WhenAny(stop.Task, Task.WhenAll(listenings.Select(static listening => listening.AcceptingEnded)));

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

static async Task EchoAsync(ConnectionContext connection)
{
    while (true)
    {
        ReadResult read = await connection.Transport.Input.ReadAsync();
        foreach (ReadOnlyMemory<byte> segment in read.Buffer)
        {
            await connection.Transport.Output.WriteAsync(segment);
        }

        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted)
        {
            return;
        }
    }
}
