using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Writes the answers that have no file: errors, redirects, OPTIONS.</summary>
internal static class ErrorReply
{
    private const string Allowed = "GET, HEAD, OPTIONS";

    private static readonly ConcurrentDictionary<int, (byte[] Html, byte[] Text)> Pages = new();

    public static Task SendAsync(SiteExchange exchange, int status)
    {
        exchange.Response.StatusCode = status;
        IHeaderDictionary fields = exchange.Response.Headers;
        (byte[] html, byte[] text) = Pages.GetOrAdd(status, static s => (ErrorPage.Html(s), ErrorPage.PlainText(s)));
        bool asPage = WantsHtml(exchange.Request.Headers.Accept);
        byte[] body = asPage ? html : text;
        fields.ContentType = asPage ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        if (asPage) fields.ContentSecurityPolicy = ListingPage.ContentSecurityPolicy;
        fields.Vary = "Accept";
        fields.XContentTypeOptions = "nosniff";
        fields.CacheControl = "no-cache";
        if (status == StatusCodes.Status503ServiceUnavailable) fields.RetryAfter = "1";
        fields.ContentLength = body.Length;
        return WriteAsync(exchange, body);
    }

    /// <summary>Refuses a method, or answers OPTIONS (RFC 9110 §9.3.7, §15.5.6).</summary>
    public static Task RefuseMethodAsync(SiteExchange exchange, string method)
    {
        exchange.Response.Headers.Allow = Allowed;
        if (method != HttpMethods.Options) return SendAsync(exchange, StatusCodes.Status405MethodNotAllowed);
        exchange.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Sends the client to the folder's own address, so that relative links in its index file work.</summary>
    public static Task RedirectAsync(SiteExchange exchange, SitePath folder)
    {
        // made of the canonical path, which has exactly one slash in front: "//host" cannot come out
        string location = folder.Text;
        ReadOnlySpan<char> query = SitePath.QueryOf(exchange.Request.RawTarget);
        if (!query.IsEmpty && query.IndexOfAnyExceptInRange('!', '~') < 0) location = $"{location}?{query}";
        exchange.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        exchange.Response.Headers.Location = location;
        exchange.Response.Headers.CacheControl = "no-cache";
        exchange.Response.Headers.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(SiteExchange exchange, byte[] body)
    {
        if (exchange.IsHead) return Task.CompletedTask;
        exchange.BodyBytes = body.Length;
        return exchange.Body.Writer.WriteAsync(body).AsTask();
    }

    private static bool WantsHtml(StringValues accept)
    {
        foreach (string? line in accept)
        {
            if (line is not null && line.Contains("text/html", StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
