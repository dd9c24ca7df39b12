// One host with an echo server, a clock over UDP and a web page: logs, health, metrics, a phased stop and a reload are the host's.
//
//   dotnet run --project samples/HostedServices
//   nc 127.0.0.1 7007                              (says what you say)
//   echo | nc -u -w1 127.0.0.1 7013                (says the time)
//   curl http://127.0.0.1:7080/                    (says who is connected; /health says how it is)
//   kill -HUP PID                                  (reloads certificates, drops nobody)
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Hosting;
using Ropewalk.Transports.Datagrams;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
IConfiguration settings = builder.Configuration;

builder.WebHost.UseRopewalkEndpoint(settings["web"] ?? "tcp:127.0.0.1:7080");
builder.Services.AddRopewalk(options => options.ReloadOnSignal = true)
    .Listen("echo", settings["echo"] ?? "tcp:127.0.0.1:7007", pipeline => pipeline.UseConnectionHandler<EchoHandler>())
    .ListenDatagrams("clock", settings["clock"] ?? "udp:127.0.0.1:7013", services => TellTime(services.GetRequiredService<TimeProvider>()))
    .AddHealthCheck();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/", (IStatusSource status) => string.Concat(status.Capture().Services.Select(service =>
    $"{service.Name}: {service.Endpoints[0].BoundTo}, {service.Totals.Live} connections, {service.Totals.ReceivedBytes} bytes received\n")));
app.Run();

static DatagramHandler TellTime(TimeProvider time) => (ref DatagramBatch batch) =>
{
    byte[] now = Encoding.ASCII.GetBytes(time.GetUtcNow().ToString("u", CultureInfo.InvariantCulture) + "\n");
    for (int i = 0; i < batch.Count; i++)
    {
        batch.Reply(i, now);
    }
};

/// <summary>Says what it is told, and goodbye when the host stops.</summary>
internal sealed class EchoHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        CancellationToken goodbye = connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested;
        using CancellationTokenRegistration wake = goodbye.Register(input.CancelPendingRead);
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> bytes in read.Buffer)
            {
                await output.WriteAsync(bytes);
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCanceled)
            {
                await output.WriteAsync("goodbye\n"u8.ToArray());
            }

            if (read.IsCanceled || read.IsCompleted)
            {
                return;
            }
        }
    }
}
