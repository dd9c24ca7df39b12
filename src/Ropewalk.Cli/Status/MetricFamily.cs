using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Ropewalk.Cli.Status;

/// <summary>Holds everything that one instrument has measured.</summary>
internal sealed class MetricFamily
{
    /// <summary>The most sets of tags that are kept apart. The engine's tags name services and endpoints, never peers; this is for a mistake.</summary>
    public const int MostSeries = 2000;

    // OpenTelemetry's default boundaries, for instruments that advise none
    private static readonly double[] DefaultBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    /// <summary>Creates the family.</summary>
    public MetricFamily(Instrument instrument)
    {
        Instrument = instrument;
        string type = instrument.GetType().Name;
        IsObserved = instrument.IsObservable;
        Kind = type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
        Sums = !IsObserved && !type.StartsWith("Gauge", StringComparison.Ordinal);
        Name = NameOf(instrument, Kind);
        Bounds = Kind != "histogram" ? null : instrument switch
        {
            Instrument<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
            Instrument<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
            _ => DefaultBounds,
        };
    }

    /// <summary>Gets the instrument.</summary>
    public Instrument Instrument { get; }

    /// <summary>Gets the name as Prometheus writes it, with the unit and, for a counter, <c>_total</c>.</summary>
    public string Name { get; }

    /// <summary>Gets <c>counter</c>, <c>gauge</c> or <c>histogram</c>.</summary>
    public string Kind { get; }

    /// <summary>Gets whether values are asked for at each scrape.</summary>
    public bool IsObserved { get; }

    /// <summary>Gets the upper bounds of a histogram's buckets.</summary>
    public IReadOnlyList<double>? Bounds { get; }

    private bool Sums { get; }

    /// <summary>Forgets what was observed, so that what is gone is shown no more.</summary>
    public void BeginScrape()
    {
        lock (_series)
        {
            if (IsObserved)
            {
                _series.Clear();
            }
        }
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = LabelsOf(tags);
        lock (_series)
        {
            if (!_series.TryGetValue(labels, out MetricSeries? series))
            {
                if (_series.Count >= MostSeries)
                {
                    return;
                }

                _series.Add(labels, series = new MetricSeries(labels, Bounds));
            }

            if (Bounds is not null)
            {
                series.Record(value);
            }
            else
            {
                series.Value = Sums ? series.Value + value : value;
            }
        }
    }

    /// <summary>Writes the family in Prometheus's text format.</summary>
    public void Write(StringBuilder text)
    {
        lock (_series)
        {
            if (_series.Count == 0)
            {
                return;
            }

            text.Append("# HELP ").Append(Name).Append(' ').Append(Escape(Instrument.Description ?? Instrument.Name, quotes: false)).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(Kind).Append('\n');
            foreach (MetricSeries series in _series.Values)
            {
                if (Bounds is null)
                {
                    Sample(text, Name, series.Labels, Number(series.Value));
                }
                else
                {
                    WriteHistogram(text, series);
                }
            }
        }
    }

    private void WriteHistogram(StringBuilder text, MetricSeries series)
    {
        string comma = series.Labels.Length > 0 ? "," : "";
        long below = 0;
        for (int i = 0; i <= Bounds!.Count; i++)
        {
            below += series.Buckets[i];
            string bound = i < Bounds.Count ? Number(Bounds[i]) : "+Inf";
            Sample(text, Name + "_bucket", $"{series.Labels}{comma}le=\"{bound}\"", below.ToString(CultureInfo.InvariantCulture));
        }

        Sample(text, Name + "_sum", series.Labels, Number(series.Value));
        Sample(text, Name + "_count", series.Labels, series.Count.ToString(CultureInfo.InvariantCulture));
    }

    private static void Sample(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private static string NameOf(Instrument instrument, string kind)
    {
        string name = Clean(instrument.Name);
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when kind == "gauge" => "_ratio",
            _ => "",
        };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return kind == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new StringBuilder();
        foreach ((string key, object? value) in tags)
        {
            string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length > 0 ? "," : "").Append(Clean(key)).Append("=\"").Append(Escape(text, quotes: true)).Append('"');
        }

        return labels.ToString();
    }

    private static string Clean(string name) => string.Create(name.Length, name, static (span, name) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(name[i]) && !(i == 0 && char.IsAsciiDigit(name[i])) ? name[i] : '_';
        }
    });

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
