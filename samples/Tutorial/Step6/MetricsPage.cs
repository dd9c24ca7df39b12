using System.Diagnostics.Metrics;
using System.Globalization;
using Ropewalk.Diagnostics;

namespace Step6;

/// <summary>Shows what the engine's meter says: the smallest collector there is.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);

    public MetricsPage()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RopewalkDiagnostics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public string Render()
    {
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return string.Concat(_values.Select(series => string.Create(CultureInfo.InvariantCulture, $"{series.Key} {series.Value:0.###}\n")));
        }
    }

    public void Dispose() => _listener.Dispose();

    // What is observed is a total; what is recorded is added up here. Of a histogram that leaves the sum: a real collector keeps its shape too.
    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string series = instrument.Name;
        foreach ((string name, object? text) in tags)
        {
            series += name == "ropewalk.endpoint" ? "" : $" {text}";
        }

        lock (_gate)
        {
            _values[series] = instrument.IsObservable ? value : _values.GetValueOrDefault(series) + value;
        }
    }
}
