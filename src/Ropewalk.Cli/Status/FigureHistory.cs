using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Remembers how much the totals of services' own figures grew in each of the last seconds. <b>Call</b>: by one caller at a time.</summary>
internal sealed class FigureHistory
{
    private readonly Dictionary<(string Service, string Figure), (long Last, Queue<double> Rates)> _figures = [];

    /// <summary>Takes a sample of all that there is; what is gone is forgotten.</summary>
    /// <param name="parts">What services tell.</param>
    /// <param name="seconds">How long ago the last sample was.</param>
    public void Sample(IReadOnlyList<ServicePart> parts, double seconds)
    {
        HashSet<(string Service, string Figure)> gone = [.. _figures.Keys];
        foreach (ServicePart part in parts)
        {
            foreach (StatusFigure figure in part.Part.CaptureFigures().Where(figure => figure.IsTotal))
            {
                gone.Remove((part.Service, figure.Name));
                Sample((part.Service, figure.Name), figure.Value, seconds);
            }
        }

        foreach ((string Service, string Figure) one in gone)
        {
            _figures.Remove(one);
        }
    }

    /// <summary>Lists the rates of a service's figures, oldest first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> RatesOf(string service) =>
        _figures.Where(one => one.Key.Service == service).ToDictionary(one => one.Key.Figure, one => (IReadOnlyList<double>)[.. one.Value.Rates], StringComparer.Ordinal);

    private void Sample((string Service, string Figure) key, long value, double seconds)
    {
        if (!_figures.TryGetValue(key, out (long Last, Queue<double> Rates) figure))
        {
            _figures.Add(key, (value, new Queue<double>()));
            return;
        }

        if (figure.Rates.Count == StatusHistory.Length)
        {
            figure.Rates.Dequeue();
        }

        // a reload that replaces a service begins its totals anew; a rate is never negative
        figure.Rates.Enqueue(Math.Max(0, value - figure.Last) / seconds);
        _figures[key] = (value, figure.Rates);
    }
}
