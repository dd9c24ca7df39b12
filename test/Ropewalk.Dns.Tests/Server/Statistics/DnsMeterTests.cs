using System.Diagnostics.Metrics;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Server.Statistics;

public sealed class DnsMeterTests
{
    [Fact]
    public async Task A_collector_sees_the_counts_and_no_name_or_address()
    {
        string service = $"dns-{Guid.NewGuid():N}";
        DnsServerOptions options = new() { Zones = [TestZone.Of(TestZone.Soa, "www.example.org. 60 IN A 192.0.2.1")], TimeProvider = new VirtualTime(1), Statistics = new() { ServiceName = service } };
        List<string> seen;
        await using (DnsServer server = await DnsServer.StartAsync(options))
        {
            MessageOrigin origin = new(new PeerAddress(System.Net.IPAddress.Parse("198.51.100.9"), 5), DnsTransport.Tcp, Messages.Now);
            for (int i = 0; i < 3; i++)
            {
                server.Statistics.CountShared(Messages.Query(1, "hostile.example.net"), origin, Messages.Query(1, "hostile.example.net"), isTransfer: false, ticks: 3);
            }

            seen = Collect(service);
        }

        Assert.Contains("ropewalk.dns.queries{tcp} 3", seen);
        Assert.Contains("ropewalk.dns.queries.by.type{A} 3", seen);
        Assert.Contains("ropewalk.dns.responses{NOERROR} 3", seen);
        Assert.Contains("ropewalk.dns.duration.bucket{0.0000002} 0", seen);
        Assert.Contains("ropewalk.dns.duration.bucket{0.0000004} 3", seen);
        Assert.Contains("ropewalk.dns.duration.bucket{+Inf} 3", seen);
        Assert.Contains("ropewalk.dns.rate_limited{dropped} 0", seen);
        Assert.Contains("ropewalk.dns.transfers{} 0", seen);
        Assert.Contains("ropewalk.dns.zones{} 1", seen);
        Assert.Contains("ropewalk.dns.records{} 2", seen);
        Assert.DoesNotContain(seen, line => line.Contains("hostile", StringComparison.Ordinal) || line.Contains("198.51", StringComparison.Ordinal));
        Assert.Empty(Collect(service));
    }

    private static List<string> Collect(string service)
    {
        List<string> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == RopewalkDiagnostics.MeterName && instrument.Name.StartsWith("ropewalk.dns.", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Dictionary<string, object?> all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (all.Remove("ropewalk.service", out object? name) && (string?)name == service)
            {
                seen.Add($"{instrument.Name}{{{string.Join(',', all.Values)}}} {value}");
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
