// A folder over HTTP, with a listing and an access log: dotnet run --project samples/StaticSite -- ./site tcp:127.0.0.1:8080 tls:8443:dev
using System.Runtime.InteropServices;
using Ropewalk.Server;
using Ropewalk.Web.Static.Server;

string folder = args.ElementAtOrDefault(0) ?? ".";
await using var log = new AccessLog(new StreamAccessLogSink(Console.OpenStandardOutput()));
var site = new StaticSite(new StaticSiteOptions { Folder = folder, Listing = true }, log);

await using StaticSiteServer server = await StaticSiteServer.StartAsync(site);
foreach (string at in args.Skip(1).DefaultIfEmpty("tcp:127.0.0.1:8080"))
{
    Listening listening = await server.ListenAsync(at);
    Console.WriteLine($"{folder} at {listening.EndPoint}");
}

var stop = new TaskCompletionSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stop.Task;
using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
await server.StopAsync(patience.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}
