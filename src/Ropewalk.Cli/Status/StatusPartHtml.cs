using System.Globalization;
using System.Text;
using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Draws what a service tells of itself. All of its text is taken for text: much of it is what peers have sent.</summary>
internal static class StatusPartHtml
{
    private const int BarWidth = 100;

    /// <summary>Draws it.</summary>
    public static void Write(StringBuilder html, StatusPartView part)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section><h2>{StatusText.Html(part.Service)}</h2><div class=\"tiles\">");
        foreach (StatusFigure figure in part.Figures)
        {
            Figure(html, part, figure);
        }

        html.Append("</div><div class=\"tables\">");
        foreach (StatusTable table in part.Tables)
        {
            Table(html, table);
        }

        html.Append("</div></section>\n");
    }

    private static void Figure(StringBuilder html, StatusPartView part, StatusFigure figure)
    {
        string title = StatusText.Html(figure.Title), count = StatusText.Count(figure.Value);
        if (!figure.IsTotal)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile calm\"><h3>{title}</h3><p class=\"figure\">{count}</p></div>");
            return;
        }

        IReadOnlyList<double> rates = part.Rates.TryGetValue(figure.Name, out IReadOnlyList<double>? found) ? found : [];
        string rate = (rates.Count > 0 ? rates[^1] : 0).ToString("#,0.#", CultureInfo.InvariantCulture).Replace(',', '\u202f');
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile\"><h3>{title}</h3><p class=\"figure\">{rate}/s</p><p class=\"below\">{count} in all</p>");
        Sparkline.Write(html, rates, $"{figure.Title}, the last two minutes");
        html.Append("</div>");
    }

    private static void Table(StringBuilder html, StatusTable table)
    {
        html.Append(CultureInfo.InvariantCulture, $"<article><h3>{StatusText.Html(table.Title)}</h3>");
        if (table.Rows.Count == 0)
        {
            html.Append("<p class=\"none\">None so far.</p></article>\n");
            return;
        }

        html.Append("<div class=\"scroll\"><table><thead><tr>");
        for (int i = 0; i < table.Columns.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th{(i > 0 ? " class=\"n\"" : "")}>{StatusText.Html(table.Columns[i].Title)}</th>");
        }

        html.Append(table.HasShares ? "<td class=\"bar\"></td></tr></thead><tbody>" : "</tr></thead><tbody>");
        long most = table.Rows.Max(row => row.Numbers is [var first, ..] ? first : 0);
        foreach (StatusRow row in table.Rows)
        {
            Row(html, table, row, most);
        }

        html.Append("</tbody></table></div></article>\n");
    }

    private static void Row(StringBuilder html, StatusTable table, StatusRow row, long most)
    {
        html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text\"><code>{StatusText.Html(row.Text)}</code></td>");
        for (int i = 0; i < row.Numbers.Count; i++)
        {
            StatusColumn column = table.Columns[i + 1];
            string number = column.IsOrdinal ? row.Numbers[i].ToString(CultureInfo.InvariantCulture) : StatusText.Count(row.Numbers[i]);
            html.Append(CultureInfo.InvariantCulture, $"<td class=\"n{(row.Numbers[i] == 0 ? " zero" : "")}\" data-name=\"{StatusText.Html(column.Title)}\">{number}</td>");
        }

        if (table.HasShares)
        {
            // the number is beside it: who does not see it misses nothing
            double width = most > 0 ? row.Numbers[0] * (double)BarWidth / most : 0;
            html.Append(CultureInfo.InvariantCulture, $"<td class=\"bar\"><svg viewBox=\"0 0 {BarWidth} 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{width:0.#}\" height=\"8\"/></svg></td>");
        }

        html.Append("</tr>\n");
    }
}
