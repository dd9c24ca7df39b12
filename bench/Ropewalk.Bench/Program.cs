// The Ropewalk side of the benchmarks: one server per subject, over the public API. bench/run starts it; by hand:
//   Ropewalk.Bench echo --transport sockets --port 7000
using Ropewalk.Bench;

if (args is ["hour", var mode, var way])
{
    // the first hour pays for the runtime's compiling, the others don't
    for (int i = 0; i < 8; i++)
    {
        await SimulatedHour.RunAsync(Enum.Parse<Ropewalk.Testing.SimulationMode>(mode, ignoreCase: true), echoes: way == "echoed");
    }

    return 0;
}

BenchArguments arguments = BenchArguments.Parse(args);
Func<BenchArguments, Task<IAsyncDisposable>>? start = arguments.Subject switch
{
    "echo" => EchoServer.StartAsync,
    "line" => LineServer.StartAsync,
    "session" => SessionServer.StartAsync,
    "fanout" => FanoutServer.StartAsync,
    "irc" => IrcNetworkServer.StartAsync,
    "relay" => RelayServer.StartAsync,
    "udp" => UdpServer.StartAsync,
    "web" => WebServer.StartAsync,
    "reload" => ReloadServer.StartAsync,
    _ => null,
};
if (start is null)
{
    Console.Error.WriteLine("Ropewalk.Bench echo|line|session|fanout|irc|relay|udp|web|reload [--transport sockets|reactor] [--loops N] [--endpoint tcp:127.0.0.1:{0}] --port PORT [--to PORT] [--folder FOLDER]");
    Console.Error.WriteLine("Ropewalk.Bench irc --port PORT [--history MESSAGES] [--sendqueue BYTES] [--control PORT]");
    Console.Error.WriteLine("Ropewalk.Bench hour strict|whole oneway|echoed");
    Console.Error.WriteLine("udp has transports of its own: batched|portable|slots|late");
    return 2;
}

using var stopped = new CancellationTokenSource();
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM,
    context =>
    {
        context.Cancel = true;
        stopped.Cancel();
    });
await using IAsyncDisposable server = await start(arguments);
await Task.Delay(Timeout.Infinite, stopped.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
return 0;
