using System.Globalization;
using System.Text;
using Ropewalk.Cli.Strands;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Status;

/// <summary>Draws the status page: whole, or the part that changes.</summary>
internal static class StatusPageHtml
{
    /// <summary>How many connections are listed.</summary>
    public const int MostConnections = 50;

    /// <summary>Draws the whole page. Without scripts it reloads itself.</summary>
    public static string Page(StatusView view)
    {
        var html = new StringBuilder(16 * 1024);
        html.Append("""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Ropewalk status</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/status.css">
            <noscript><meta http-equiv="refresh" content="5"></noscript>
            <script src="/status.js" defer></script>
            </head>
            <body>
            <main id="live">

            """);
        Content(html, view);
        html.Append("""
            </main>
            </body>
            </html>

            """);
        return html.ToString();
    }

    /// <summary>Draws the part that changes, for the page's script.</summary>
    public static string Part(StatusView view)
    {
        var html = new StringBuilder(16 * 1024);
        Content(html, view);
        return html.ToString();
    }

    private static void Content(StringBuilder html, StatusView view)
    {
        Header(html, view);
        Tiles(html, view);
        Services(html, view.Snapshot.Services);
        foreach (StatusPartView part in view.Parts)
        {
            StatusPartHtml.Write(html, part);
        }

        Connections(html, view);
        Reload(html, view.Snapshot);
        Footer(html, view);
    }

    private static void Header(StringBuilder html, StatusView view)
    {
        StatusSnapshot snapshot = view.Snapshot;
        html.Append(CultureInfo.InvariantCulture, $"""
            <header>
            <svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M4 22c8 0 8-12 16-12M12 22c8 0 8-12 16-12M4 10c4 0 6 3 8 6M20 16c2 3 4 6 8 6"/></svg>
            <h1>Ropewalk</h1>
            <span class="state {State(snapshot.State)}">{State(snapshot.State)}</span>
            <span class="up">up {StatusText.Duration(snapshot.Uptime)}</span>
            <span class="host">{StatusText.Html(view.Machine)}</span>
            </header>

            """);
    }

    private static void Tiles(StringBuilder html, StatusView view)
    {
        TrafficTotals totals = view.Snapshot.Totals;
        StatusSample now = view.Samples.Count > 0 ? view.Samples[^1] : default;
        html.Append("<section class=\"tiles\">");
        Tile(html, "Connections open", StatusText.Count(totals.Live), $"{StatusText.Count(totals.Accepted)} accepted", [.. view.Samples.Select(s => (double)s.Live)], "");
        Tile(html, "Received", $"{StatusText.Bytes(now.ReceivedPerSecond)}/s", $"{StatusText.Bytes(totals.ReceivedBytes)} in all", [.. view.Samples.Select(s => s.ReceivedPerSecond)], "in");
        Tile(html, "Sent", $"{StatusText.Bytes(now.SentPerSecond)}/s", $"{StatusText.Bytes(totals.SentBytes)} in all", [.. view.Samples.Select(s => s.SentPerSecond)], "out");
        Tile(html, "Accepted", $"{now.AcceptedPerSecond.ToString("0.#", CultureInfo.InvariantCulture)}/s", $"{StatusText.Count(totals.AcceptErrors)} accept errors", [.. view.Samples.Select(s => s.AcceptedPerSecond)], "accept");
        Figure(html, "Limits hit", totals.LimitHits + totals.Refused, $"{StatusText.Count(totals.Refused)} refused by a filter", "warn");
        Figure(html, "Errors", totals.Failures, "handlers and transports that failed", "bad");
        html.Append("</section>\n");
    }

    private static void Tile(StringBuilder html, string title, string figure, string below, IReadOnlyList<double> curve, string kind)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile {kind}\"><h3>{title}</h3><p class=\"figure\">{figure}</p><p class=\"below\">{below}</p>");
        Sparkline.Write(html, curve, $"{title}, the last two minutes");
        html.Append("</div>");
    }

    private static void Figure(StringBuilder html, string title, long count, string below, string kind)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile {(count > 0 ? kind : "calm")}\"><h3>{title}</h3><p class=\"figure\">{StatusText.Count(count)}</p><p class=\"below\">{below}</p></div>");
    }

    private static void Services(StringBuilder html, IReadOnlyList<ServiceStatus> services)
    {
        html.Append("""<section><h2>Services</h2><article><div class="scroll"><table><thead><tr><th>Endpoint</th><th class="n">Open</th><th class="n">Accepted</th><th class="n">Received</th><th class="n">Sent</th><th class="n">Limits hit</th><th class="n">Errors</th></tr></thead>""");
        foreach (ServiceStatus service in services)
        {
            Service(html, service);
        }

        html.Append("</table></div></article></section>\n");
    }

    private static void Service(StringBuilder html, ServiceStatus service)
    {
        string kind = service.Kind == service.Name ? "" : $" <small>{StatusText.Html(service.Kind)}</small>";
        html.Append(CultureInfo.InvariantCulture, $"\n<tbody><tr class=\"service\"><th colspan=\"7\">{StatusText.Html(service.Name)}{kind} <span class=\"state {State(service.State)}\">{State(service.State)}</span>");
        if (service.Error is { } error)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"error\">{StatusText.Html(error)}</p>");
        }

        html.Append("</th></tr>\n");
        foreach (EndpointStatus endpoint in service.Endpoints)
        {
            TrafficTotals totals = endpoint.Totals;
            bool datagrams = totals.ReceivedDatagrams + totals.SentDatagrams > 0;
            html.Append("<tr><td>").Append(EndpointCell(service, endpoint)).Append("</td>");
            Cell(html, "Open", StatusText.Count(totals.Live));
            Cell(html, "Accepted", datagrams ? $"{StatusText.Count(totals.ReceivedDatagrams)} dgrams" : StatusText.Count(totals.Accepted));
            Cell(html, "Received", StatusText.Bytes(totals.ReceivedBytes));
            Cell(html, "Sent", StatusText.Bytes(totals.SentBytes));
            Alarm(html, "Limits hit", totals.LimitHits + totals.Refused, "warn");
            Alarm(html, "Errors", totals.Failures + totals.AcceptErrors, "bad");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>");
    }

    private static string EndpointCell(ServiceStatus service, EndpointStatus endpoint)
    {
        string text = StatusText.Html(endpoint.Endpoint);
        string? address = service.Kind is "web" or "status" && EndpointSpec.TryParse(endpoint.Endpoint, out EndpointSpec? spec, out _)
            ? new RunningEndpoint(spec, endpoint.BoundTo).WebAddress
            : null;
        string shown = address is null ? $"<code>{text}</code>" : $"<a href=\"{StatusText.Html(address)}\"><code>{text}</code></a>";
        string bound = endpoint.BoundTo is { } to && !endpoint.Endpoint.Contains(to, StringComparison.Ordinal) ? $" <small>{StatusText.Html(to)}</small>" : "";
        string state = endpoint.State is ServiceState.Running ? "" : $" <span class=\"state {State(endpoint.State)}\">{State(endpoint.State)}</span>";
        string error = endpoint.Error is null ? "" : $"<p class=\"error\">{StatusText.Html(endpoint.Error)}</p>";
        return shown + bound + state + error;
    }

    private static void Connections(StringBuilder html, StatusView view)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section><h2>Connections <small>{(view.Connections.Count < view.Snapshot.Totals.Live ? $"the oldest {view.Connections.Count} of {StatusText.Count(view.Snapshot.Totals.Live)}" : StatusText.Count(view.Connections.Count))}</small></h2>");
        if (view.Connections.Count == 0)
        {
            html.Append("<p class=\"none\">None at the moment.</p></section>\n");
            return;
        }

        html.Append("""<article><div class="scroll"><table><thead><tr><th>From</th><th>Service</th><th>Endpoint</th><th class="n">Open for</th><th class="n">Received</th><th class="n">Sent</th><th class="n">Buffered</th></tr></thead><tbody>""");
        foreach (ConnectionStatus connection in view.Connections)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr title=\"{StatusText.Html(connection.Id)}\"><td><code>{StatusText.Html(connection.Remote ?? "–")}</code></td><td>{StatusText.Html(connection.Service)}</td><td><code>{StatusText.Html(connection.Endpoint)}</code></td>");
            Cell(html, "Open for", StatusText.Duration(connection.Age));
            Cell(html, "Received", StatusText.Bytes(connection.ReceivedBytes));
            Cell(html, "Sent", StatusText.Bytes(connection.SentBytes));
            Cell(html, "Buffered", StatusText.Bytes(connection.BufferedBytes));
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div></article></section>\n");
    }

    private static void Reload(StringBuilder html, StatusSnapshot snapshot)
    {
        if (snapshot.LastReload is not { } reload)
        {
            return;
        }

        string when = StatusText.Duration(snapshot.CapturedAt - reload.At);
        html.Append(CultureInfo.InvariantCulture, $"<section><h2>Last reload <small>{when} ago</small></h2><article class=\"{(reload.Succeeded ? "" : "refused")}\"><p>{(reload.Succeeded ? "In force." : "Refused: nothing has changed.")}</p><ul>");
        foreach (string line in reload.Lines)
        {
            html.Append("<li>").Append(StatusText.Html(line)).Append("</li>");
        }

        html.Append("</ul></article></section>\n");
    }

    private static void Footer(StringBuilder html, StatusView view)
    {
        html.Append(CultureInfo.InvariantCulture, $"""
            <footer>
            <span>ropewalk {StatusText.Html(view.Version)}</span>
            <span>process {view.ProcessId}</span>
            <span>memory {StatusText.Bytes(view.WorkingSetBytes)}</span>
            <span>CPU {view.ProcessorTime.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s</span>
            <span><a href="/status.json">JSON</a></span>
            <span><a href="/metrics">Prometheus</a></span>
            <time datetime="{view.Snapshot.CapturedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{view.Snapshot.CapturedAt.UtcDateTime:HH:mm:ss} UTC</time>
            </footer>

            """);
    }

    // the name goes along: where the page is narrow there is no head above the columns
    private static void Cell(StringBuilder html, string name, string text) =>
        html.Append(CultureInfo.InvariantCulture, $"<td class=\"n{(text is "0" or "0\u00a0B" ? " zero" : "")}\" data-name=\"{name}\">{text}</td>");

    private static void Alarm(StringBuilder html, string name, long count, string kind)
    {
        html.Append(CultureInfo.InvariantCulture, $"<td class=\"n{(count > 0 ? " " + kind : " zero")}\" data-name=\"{name}\">{StatusText.Count(count)}</td>");
    }

    private static string State(ServiceState state) => state.ToString().ToLowerInvariant();
}
