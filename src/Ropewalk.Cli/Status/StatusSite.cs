using System.Text;
using Microsoft.AspNetCore.Http;
using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Answers the status page's requests: the page, its part that changes, JSON, metrics, health.</summary>
internal sealed class StatusSite : IDisposable
{
    // nothing from elsewhere, nothing inline, no frames, no forms
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly IStatusSource _source;
    private readonly StatusHistory _history;
    private readonly PrometheusExporter _metrics;

    /// <summary>Creates the site.</summary>
    public StatusSite(IStatusSource source, TimeProvider time)
    {
        _source = source;
        _history = new StatusHistory(source, time);
        _metrics = new PrometheusExporter(RopewalkDiagnostics.MeterName, "System.Runtime");
    }

    /// <summary>Gets or sets the further names that are answered.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HostNames.Allows(request.Host, Hosts))
        {
            return SendAsync(context, StatusCodes.Status421MisdirectedRequest, "text/plain; charset=utf-8", "This name is not answered here. Use the address, or add the name to status.hosts.\n"u8.ToArray());
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return SendAsync(context, StatusCodes.Status405MethodNotAllowed, "text/plain; charset=utf-8", "Only GET and HEAD.\n"u8.ToArray());
        }

        return request.Path.Value switch
        {
            "/" => SendAsync(context, "text/html; charset=utf-8", StatusPageHtml.Page(StatusView.Take(_source, _history))),
            "/part" => SendAsync(context, "text/html; charset=utf-8", StatusPageHtml.Part(StatusView.Take(_source, _history))),
            "/status.json" => SendAsync(context, StatusCodes.Status200OK, "application/json", StatusJson.Write(StatusView.Take(_source, _history))),
            "/metrics" => SendAsync(context, PrometheusExporter.ContentType, _metrics.Scrape()),
            "/health" => SendHealthAsync(context),
            "/status.css" => SendAsync(context, StatusCodes.Status200OK, "text/css; charset=utf-8", EmbeddedFiles.Read("Status/Assets/status.css")),
            "/status.js" => SendAsync(context, StatusCodes.Status200OK, "text/javascript; charset=utf-8", EmbeddedFiles.Read("Status/Assets/status.js")),
            "/icon.svg" => SendAsync(context, StatusCodes.Status200OK, "image/svg+xml", EmbeddedFiles.Read("Status/Assets/icon.svg")),
            _ => SendAsync(context, StatusCodes.Status404NotFound, "text/plain; charset=utf-8", "Not here. There are /, /status.json, /metrics and /health.\n"u8.ToArray()),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _history.Dispose();
        _metrics.Dispose();
    }

    private Task SendHealthAsync(HttpContext context)
    {
        ServiceState state = _source.Capture().State;
        int code = state == ServiceState.Running ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return SendAsync(context, code, "text/plain; charset=utf-8", Encoding.ASCII.GetBytes(state.ToString().ToLowerInvariant() + "\n"));
    }

    private static Task SendAsync(HttpContext context, string type, string text) => SendAsync(context, StatusCodes.Status200OK, type, Encoding.UTF8.GetBytes(text));

    private static Task SendAsync(HttpContext context, int code, string type, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = code;
        response.ContentType = type;
        response.ContentLength = body.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
