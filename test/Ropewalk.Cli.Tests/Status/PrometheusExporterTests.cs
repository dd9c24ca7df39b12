using System.Diagnostics.Metrics;
using Ropewalk.Cli.Status;

namespace Ropewalk.Cli.Tests.Status;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly string _name = $"test-{Guid.NewGuid()}";
    private readonly Meter _meter;
    private readonly PrometheusExporter _exporter;

    public PrometheusExporterTests()
    {
        _meter = new Meter(_name);
        _exporter = new PrometheusExporter(_name);
    }

    [Fact]
    public void Counters_add_up_by_their_tags()
    {
        Counter<long> counter = _meter.CreateCounter<long>("ropewalk.limit.hits", "{hit}", "Times.");
        counter.Add(2, new KeyValuePair<string, object?>("ropewalk.limit", "a\"b\\\n"));
        counter.Add(3, new KeyValuePair<string, object?>("ropewalk.limit", "a\"b\\\n"));
        counter.Add(1);
        Assert.Equal(
            """
            # HELP ropewalk_limit_hits_total Times.
            # TYPE ropewalk_limit_hits_total counter
            ropewalk_limit_hits_total{ropewalk_limit="a\"b\\\n"} 5
            ropewalk_limit_hits_total 1

            """,
            _exporter.Scrape(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Histograms_have_cumulative_buckets_with_the_advised_bounds()
    {
        Histogram<double> histogram = _meter.CreateHistogram("ropewalk.tls.handshake.duration", "s", "Duration.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (double value in (double[])[0.25, 0.5, 0.75, 5])
        {
            histogram.Record(value);
        }

        Assert.Equal(
            """
            # HELP ropewalk_tls_handshake_duration_seconds Duration.
            # TYPE ropewalk_tls_handshake_duration_seconds histogram
            ropewalk_tls_handshake_duration_seconds_bucket{le="0.5"} 2
            ropewalk_tls_handshake_duration_seconds_bucket{le="1"} 3
            ropewalk_tls_handshake_duration_seconds_bucket{le="+Inf"} 4
            ropewalk_tls_handshake_duration_seconds_sum 6.5
            ropewalk_tls_handshake_duration_seconds_count 4

            """,
            _exporter.Scrape(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void What_is_observed_is_asked_for_at_each_scrape_and_forgotten_when_it_is_gone()
    {
        List<Measurement<long>> seen = [new(7, new KeyValuePair<string, object?>("e", "x")), new(8, new KeyValuePair<string, object?>("e", "y"))];
        _meter.CreateObservableUpDownCounter("open", () => seen, "{connection}");
        _meter.CreateObservableCounter("io", () => 99L, "By");
        Assert.Contains("open{e=\"x\"} 7\nopen{e=\"y\"} 8\n", _exporter.Scrape(), StringComparison.Ordinal);
        seen.RemoveAt(0);
        string second = _exporter.Scrape();
        Assert.DoesNotContain("x", second.Split('\n').First(l => l.StartsWith("open{", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("io_bytes_total 99\n", second, StringComparison.Ordinal);
        Assert.Contains("# TYPE open gauge\n", second, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_tags_is_bounded()
    {
        Counter<int> counter = _meter.CreateCounter<int>("c");
        for (int i = 0; i < MetricFamily.MostSeries + 100; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        Assert.Equal(MetricFamily.MostSeries + 2, _exporter.Scrape().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }
}
