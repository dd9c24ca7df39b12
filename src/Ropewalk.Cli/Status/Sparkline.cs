using System.Globalization;
using System.Text;

namespace Ropewalk.Cli.Status;

/// <summary>Draws a small curve as SVG, with attributes only: the page's policy allows no inline styles.</summary>
internal static class Sparkline
{
    private const int Height = 40;

    /// <summary>Draws values from the oldest to the newest; a scale of its own, from zero.</summary>
    public static void Write(StringBuilder html, IReadOnlyList<double> values, string title)
    {
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"spark\" viewBox=\"0 0 {StatusHistory.Length - 1} {Height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{StatusText.Html(title)}\">");
        if (values.Count > 1)
        {
            double most = Math.Max(values.Max(), double.Epsilon);
            int start = StatusHistory.Length - values.Count;
            var line = new StringBuilder();
            for (int i = 0; i < values.Count; i++)
            {
                // one unit below the top, so that the peak's line is not cut
                double y = Height - 1 - (values[i] / most * (Height - 3));
                line.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{start + i} {y:0.#}");
            }

            html.Append(CultureInfo.InvariantCulture, $"<path class=\"area\" d=\"{line}V{Height}H{start}Z\"/><path class=\"line\" d=\"{line}\"/>");
        }

        html.Append("</svg>");
    }
}
