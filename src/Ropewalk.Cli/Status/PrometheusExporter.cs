using System.Diagnostics.Metrics;
using System.Text;

namespace Ropewalk.Cli.Status;

/// <summary>Listens to meters and writes what they have measured in Prometheus's text format 0.0.4.</summary>
internal sealed class PrometheusExporter : IDisposable
{
    /// <summary>The answer's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Lock _scraping = new();
    private readonly List<MetricFamily> _families = [];

    /// <summary>Starts to listen.</summary>
    /// <param name="meters">The meters' names.</param>
    public PrometheusExporter(params string[] meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter.Name))
            {
                var family = new MetricFamily(instrument);
                lock (_lock)
                {
                    _families.Add(family);
                }

                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        Listen<long>(static v => v);
        Listen<int>(static v => v);
        Listen<short>(static v => v);
        Listen<byte>(static v => v);
        Listen<double>(static v => v);
        Listen<float>(static v => v);
        Listen<decimal>(static v => (double)v);
        _listener.Start();
    }

    /// <summary>Asks what must be asked, and writes everything.</summary>
    public string Scrape()
    {
        // one at a time: what is observed for one page would be cleared by the beginning of another
        lock (_scraping)
        {
            return ScrapeAlone();
        }
    }

    private string ScrapeAlone()
    {
        MetricFamily[] families;
        lock (_lock)
        {
            families = [.. _families.OrderBy(f => f.Name, StringComparer.Ordinal)];
        }

        foreach (MetricFamily family in families)
        {
            family.BeginScrape();
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (MetricFamily family in families)
        {
            family.Write(text);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Listen<T>(Func<T, double> widen)
        where T : struct
    {
        _listener.SetMeasurementEventCallback<T>((_, value, tags, family) => ((MetricFamily)family!).Record(widen(value), tags));
    }
}
