using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Policies;
using Ropewalk.Tests.Hosting;
using Ropewalk.Tests.Security.Tls;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Diagnostics;

public sealed class EngineMeterTests : IAsyncDisposable
{
    // Tests run side by side and share the meter: each looks for its own service's name.
    private readonly string _name = $"metered-{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<Reading> _readings = new();
    private readonly MeterListener _listener = new();
    private readonly EchoKind _kind = new();
    private readonly ServiceRunner _runner = new(null, new ServiceRunnerOptions { DrainTimeout = TimeSpan.Zero });

    public EngineMeterTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RopewalkDiagnostics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _readings.Enqueue(new(instrument.Name, value, tags.ToArray())));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _readings.Enqueue(new(instrument.Name, value, tags.ToArray())));
        _listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _runner.DisposeAsync();
    }

    [Fact]
    public async Task CountsConnectionsAndBytes()
    {
        await Apply(_kind.Define(_name, new EchoOptions(), "tcp:127.0.0.1:0"));
        LineClient first = await LineClient.ConnectAsync(_runner, _name);
        Assert.Equal("hello", await first.ReadAsync());
        using LineClient second = await LineClient.ConnectAsync(_runner, _name);
        Assert.Equal("hello", await second.ReadAsync());
        Assert.Equal("x", await second.AskAsync("x"));
        Assert.Equal(2, Read("ropewalk.connections.active"));
        Assert.Equal(2, Read("ropewalk.connections.accepted"));
        Assert.Equal(2, Read("ropewalk.received"));

        // the answer may arrive before the sender has counted it
        await Eventually.HoldsAsync(() => Read("ropewalk.sent") == 14, "what was sent is counted");
        Assert.Equal(0, Read("ropewalk.accept.errors"));
        Assert.Equal("tcp:127.0.0.1:0", Find("ropewalk.sent")!.Tag("ropewalk.endpoint"));
        Assert.Null(Find("ropewalk.connections.ended"));

        first.Dispose();
        await Eventually.HoldsAsync(() => Read("ropewalk.connections.active") == 1, "the first has ended");
        Assert.Equal(1, Read("ropewalk.connections.ended"));
        Assert.Equal("completed", Find("ropewalk.connections.ended")!.Tag("ropewalk.end.reason"));
        Assert.Equal(14, Read("ropewalk.sent"));
        await Eventually.HoldsAsync(() => Find("ropewalk.connection.duration") is not null, "how long it was is recorded, which comes last");
        Reading duration = Find("ropewalk.connection.duration")!;
        Assert.Equal("completed", duration.Tag("ropewalk.end.reason"));
        Assert.InRange(duration.Value, 0, 60);
    }

    [Fact]
    public async Task CountsDatagrams()
    {
        await Apply(_kind.Define(_name, new EchoOptions(), "udp:127.0.0.1:0"));
        using var client = new System.Net.Sockets.UdpClient();
        client.Connect(LineClient.PortOf(_runner, _name));
        await client.SendAsync("x"u8.ToArray());
        await client.ReceiveAsync();
        Assert.Equal(1, Read("ropewalk.datagrams.received"));
        Assert.Equal(1, Read("ropewalk.datagrams.sent"));
        Assert.Equal(0, Read("ropewalk.datagrams.dropped"));
        Assert.Equal(7, Read("ropewalk.sent"));
    }

    [Fact]
    public async Task CountsWhatLimitsRefuse()
    {
        var kind = new LimitedKind();
        await Apply(new ServiceDefinition(_name, kind, "", [EndpointSpec.Parse("tcp:127.0.0.1:0")]));
        using LineClient first = await LineClient.ConnectAsync(_runner, _name);
        Assert.Equal("in", await first.ReadAsync());
        Exception? refused = await Record.ExceptionAsync(async () =>
        {
            // the reset may come before connecting has been noticed
            using LineClient second = await LineClient.ConnectAsync(_runner, _name);
            await second.ReadAsync();
        });
        Assert.True(refused is IOException or System.Net.Sockets.SocketException, $"{refused}");
        await Eventually.HoldsAsync(() => Read("ropewalk.connections.refused") == 1, "it is in the books");
        Assert.Equal("limit_exceeded", Find("ropewalk.connections.ended")!.Tag("ropewalk.end.reason"));
        Assert.Contains(_readings, reading => reading.Name == "ropewalk.limit.hits" && reading.Tag("ropewalk.limit") == "limits-total");
        kind.Leave.SetResult();
    }

    [Fact]
    public async Task TimesHandshakesAndHidesSecrets()
    {
        string folder = Directory.CreateTempSubdirectory("ropewalk-metrics-").FullName;
        try
        {
            string file = Path.Combine(folder, "site.pem");
            TestCertificates.WritePem(file, TestCertificates.Localhost);
            await Apply(_kind.Define(_name, new EchoOptions(), $"tls:127.0.0.1:0:cert={file}:password=hunter2"));
            using (LineClient plain = await LineClient.ConnectAsync(_runner, _name))
            {
                await plain.AskAsync("not TLS at all");
            }

            await Eventually.HoldsAsync(() => Read("ropewalk.connections.ended") == 1, "it has ended");
            Assert.Equal("handshake_failed", Find("ropewalk.connections.ended")!.Tag("ropewalk.end.reason"));
            Assert.Contains(
                _readings,
                reading => reading.Name == "ropewalk.tls.handshake.duration" && reading.Tag("error.type") == "not_tls" && reading.Tag("ropewalk.role") == "server");
            Assert.DoesNotContain(_readings.SelectMany(reading => reading.Tags), tag => tag.Value?.ToString()!.Contains("hunter2") == true);
            Assert.EndsWith("password=***", Find("ropewalk.sent")!.Tag("ropewalk.endpoint"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ARunnerThatIsDisposedIsNotRead()
    {
        await Apply(_kind.Define(_name, new EchoOptions(), "mem:x"));
        Assert.Equal(0, Read("ropewalk.connections.active"));
        await _runner.DisposeAsync();
        _readings.Clear();
        _listener.RecordObservableInstruments();
        Assert.DoesNotContain(_readings, reading => reading.Tag("ropewalk.service") == _name);
    }

    [Fact]
    public async Task AConnectionIsASpan()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RopewalkDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await Apply(_kind.Define(_name, new EchoOptions(), "tcp:127.0.0.1:0"));
        using (LineClient client = await LineClient.ConnectAsync(_runner, _name))
        {
            Assert.Equal("hello", await client.ReadAsync());
        }

        await Eventually.HoldsAsync(() => ended.Any(IsMine), "the span has ended");
        Activity span = ended.First(IsMine);
        Assert.Equal("ropewalk.connection", span.OperationName);
        Assert.Equal(ActivityKind.Server, span.Kind);
        Assert.StartsWith("127.0.0.1:", (string)span.GetTagItem("network.peer.address")!);
        Assert.Contains(ended, activity => activity.OperationName == "ropewalk.reload");

        bool IsMine(Activity activity) => (string?)activity.GetTagItem("ropewalk.service") == _name;
    }

    [Fact]
    public void EveryInstrumentHasItsRowInTheDocumentation()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "metrics.md"));
        var instruments = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == RopewalkDiagnostics.MeterName)
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();
        Assert.Equal(15, instruments.Count);
        foreach (Instrument instrument in instruments)
        {
            string row = Assert.Single(page.Split('\n'), line => line.StartsWith($"| `{instrument.Name}` |", StringComparison.Ordinal));
            Assert.Contains($"| `{instrument.Unit}` |", row);
            Assert.Equal(instrument.IsObservable, row.Contains(", observed |", StringComparison.Ordinal));
            string kind = instrument.GetType().Name.Split('`')[0] switch
            {
                "ObservableUpDownCounter" => "up-down counter",
                "ObservableCounter" or "Counter" => "counter",
                _ => "histogram",
            };
            Assert.StartsWith(kind, row.Split('|')[2].Trim());
        }

        foreach (string reason in Enum.GetNames<ConnectionEndReason>().Skip(1))
        {
            Assert.Contains($"`{EngineMeter.SnakeCase(reason)}`", page);
        }
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "Ropewalk.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder!;
    }

    private async Task Apply(params ServiceDefinition[] services) => Assert.Empty((await _runner.ApplyAsync(services)).Errors);

    private double Read(string instrument)
    {
        _listener.RecordObservableInstruments();
        return Find(instrument)?.Value ?? 0;
    }

    private Reading? Find(string instrument) => _readings.LastOrDefault(reading => reading.Name == instrument && reading.Tag("ropewalk.service") == _name);

    private sealed record Reading(string Name, double Value, KeyValuePair<string, object?>[] Tags)
    {
        public string? Tag(string name) => Tags.FirstOrDefault(tag => tag.Key == name).Value?.ToString();
    }

    /// <summary>Takes one connection at a time.</summary>
    private sealed class LimitedKind() : ServiceKind<string>("limited", new SettingTable<string>())
    {
        public TaskCompletionSource Leave { get; } = new();

        protected override ValueTask<ServiceInstance> StartAsync(string options, ServiceContext context, CancellationToken cancellationToken)
        {
            var limits = new LimitsPolicy(new ConnectionLimits { Total = 1 });
            return new(ServiceInstance.Of(limits.Apply(async connection =>
            {
                await connection.Transport.Output.WriteAsync("in\n"u8.ToArray(), CancellationToken.None);
                await Leave.Task;
            })));
        }
    }
}
