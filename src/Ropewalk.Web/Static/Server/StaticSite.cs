using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Answers requests with the files of a folder.</summary>
/// <remarks>
/// Mounted on endpoints by <see cref="StaticSiteServer"/>, or as a <see cref="RequestDelegate"/> in any ASP.NET Core application by <see cref="InvokeAsync"/>.
/// <b>Call</b>: from any thread, for any number of requests at once.
/// </remarks>
public sealed partial class StaticSite
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileReply _fileReply;
    private readonly ListingReply _listingReply;
    private volatile SiteSettings _settings;

    /// <summary>Makes a site.</summary>
    /// <param name="options">What to serve; taken as they are now.</param>
    /// <param name="accessLog">Takes a line for each request; none if null. <b>Lifetime</b>: stays the caller's.</param>
    /// <param name="logger">Takes what goes wrong on this side.</param>
    /// <param name="time">The clock; the system's if null.</param>
    /// <exception cref="ArgumentException">The options have faults: the message tells all of them.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public StaticSite(StaticSiteOptions options, AccessLog? accessLog = null, ILogger<StaticSite>? logger = null, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<StaticSite>.Instance;
        _settings = new SiteSettings(options, _time);
        _fileReply = new FileReply(_time);
        _listingReply = new ListingReply();
        AccessLog = accessLog;
    }

    /// <summary>Gets what takes a line for each request.</summary>
    public AccessLog? AccessLog { get; }

    internal int HotFileCount => _settings.HotFiles.Count;

    /// <summary>Takes other options from the next request on. Listeners, connections and answers under way are not touched.</summary>
    /// <param name="options">What to serve.</param>
    /// <exception cref="ArgumentException">The options have faults: nothing has changed.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is not there: nothing has changed.</exception>
    public void Swap(StaticSiteOptions options) => _settings = new SiteSettings(options, _time);

    // Takes everything but where the files come from: nothing is opened, nothing can fail.
    internal void SwapSettings(StaticSiteOptions options) => _settings = new SiteSettings(options, _settings.Files, _time);

    /// <summary>Answers a request inside an ASP.NET Core application.</summary>
    /// <param name="context">The request. Its target as a whole is the site's path: a path base is not taken off.</param>
    /// <returns>Ends when the answer is written.</returns>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SiteExchange exchange = new();
        exchange.Begin(context.Features);
        try
        {
            await ServeAsync(exchange);
        }
        finally
        {
            Log(exchange);
        }
    }

    internal Task ServeAsync(SiteExchange exchange)
    {
        string method = exchange.Request.Method;
        if (exchange.HasRequestBody) CloseBehindBody(exchange);
        // methods are case-sensitive (RFC 9110 §9.1); HttpMethods.IsGet is not
        if (method != HttpMethods.Get)
        {
            if (method != HttpMethods.Head) return ErrorReply.RefuseMethodAsync(exchange, method);
            exchange.IsHead = true;
        }
        SiteSettings settings = _settings;
        ReadOnlySpan<char> path = SitePath.PathOf(exchange.Request.RawTarget);
        if (settings.HotFiles.TryGet(path, out HotFile? hot) && _time.GetTimestamp() - hot.CheckedAt < settings.CheckInterval)
            return _fileReply.SendAsync(exchange, hot, settings);
        if (!SitePath.TryParse(path, out SitePath? parsed, out SitePathError error))
            return ErrorReply.SendAsync(exchange, error == SitePathError.Malformed ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound);
        return RouteAsync(exchange, settings, parsed);
    }

    internal void Log(SiteExchange exchange)
    {
        if (AccessLog is not { } log) return;
        IHttpRequestFeature request = exchange.Request;
        IPAddress? address = exchange.Features.Get<IHttpConnectionFeature>()?.RemoteIpAddress;
        log.Write(new AccessLogEntry(
            address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address,
            request.Method,
            request.RawTarget,
            request.Protocol,
            exchange.Response.StatusCode,
            exchange.BodyBytes,
            request.Headers.Referer,
            request.Headers.UserAgent));
    }

    // A site has no use for a body. That nothing behind one is read as a request ends every quarrel about its length with a proxy in front
    // (Kestrel takes "Content-Length: +5", which RFC 9110 §8.6 does not).
    private static void CloseBehindBody(SiteExchange exchange)
    {
        if (exchange.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal)) exchange.Response.Headers.Connection = "close";
    }

    private async Task RouteAsync(SiteExchange exchange, SiteSettings settings, SitePath path)
    {
        try
        {
            if (path.IsFolder) await ServeFolderAsync(exchange, settings, path);
            else await ServeFileAsync(exchange, settings, path);
        }
        catch (DiskBusyException) when (!exchange.Response.HasStarted)
        {
            await ErrorReply.SendAsync(exchange, StatusCodes.Status503ServiceUnavailable);
        }
        catch (IOException e) when (!exchange.Aborted.IsCancellationRequested)
        {
            LogReadFailed(_logger, path.Text, e);
            if (exchange.Response.HasStarted) exchange.Abort();
            else await ErrorReply.SendAsync(exchange, StatusCodes.Status500InternalServerError);
        }
        catch (OperationCanceledException) when (exchange.Aborted.IsCancellationRequested)
        {
            // the client left: there is nobody to answer
        }
    }

    private async ValueTask ServeFileAsync(SiteExchange exchange, SiteSettings settings, SitePath path)
    {
        SiteOpening opening = await settings.Files.OpenAsync(path, exchange.Aborted);
        if (opening.File is { } file) await ServeOpenedAsync(exchange, settings, path.Text, path, file);
        else if (opening.Kind == SiteNodeKind.Folder) await ErrorReply.RedirectAsync(exchange, path.AsFolder());
        else await ErrorReply.SendAsync(exchange, StatusOf(opening.Kind));
    }

    private async ValueTask ServeFolderAsync(SiteExchange exchange, SiteSettings settings, SitePath folder)
    {
        foreach (string name in settings.IndexNames)
        {
            SitePath index = folder.Child(name);
            SiteOpening opening = await settings.Files.OpenAsync(index, exchange.Aborted);
            if (opening.File is { } file)
            {
                await ServeOpenedAsync(exchange, settings, folder.Text, index, file);
                return;
            }
            if (opening.Kind is SiteNodeKind.Denied or SiteNodeKind.Unavailable)
            {
                await ErrorReply.SendAsync(exchange, StatusOf(opening.Kind));
                return;
            }
        }
        if (settings.Listing) await _listingReply.SendAsync(exchange, settings, folder);
        else await ErrorReply.SendAsync(exchange, StatusCodes.Status404NotFound);
    }

    private async ValueTask ServeOpenedAsync(SiteExchange exchange, SiteSettings settings, string key, SitePath path, SiteFile file)
    {
        using (file)
        {
            if (file.Stamp.LengthBytes > settings.MaxHotFileBytes)
            {
                Representation cold = new(path, file.Stamp, settings, _time.GetUtcNow());
                await _fileReply.SendAsync(exchange, cold, file, settings);
                return;
            }
            HotFile hot = await WarmAsync(settings, key, path, file, exchange.Aborted);
            await _fileReply.SendAsync(exchange, hot, settings);
        }
    }

    // The present entry if the disk still holds the same state, else a new one.
    private async ValueTask<HotFile> WarmAsync(SiteSettings settings, string key, SitePath path, SiteFile file, CancellationToken cancellationToken)
    {
        // taken before the file is read: what changes from here on is seen when the interval is over
        long checkedAt = _time.GetTimestamp();
        DateTimeOffset now = _time.GetUtcNow();
        if (settings.HotFiles.TryGet(key, out HotFile? present))
        {
            if (present.Representation.Stamp == file.Stamp && present.Representation.Path.Equals(path) && !present.Representation.MayChangeUnseen)
            {
                present.CheckedAt = checkedAt;
                return present;
            }
            settings.HotFiles.Remove(present);
        }
        byte[] content = new byte[file.Stamp.LengthBytes];
        for (int at = 0; at < content.Length;)
        {
            int count = await file.ReadAsync(content.AsMemory(at), at, cancellationToken);
            if (count == 0) throw new EndOfStreamException("The file was cut while it was read.");
            at += count;
        }
        HotFile hot = new(key, new Representation(path, file.Stamp, settings, now), content, checkedAt);
        // changed while it was read: good for this answer, as from any disk, but not to be kept
        if (file.TakeStamp() == file.Stamp) settings.HotFiles.Put(hot);
        return hot;
    }

    private static int StatusOf(SiteNodeKind kind) => kind switch
    {
        SiteNodeKind.Denied => StatusCodes.Status403Forbidden,
        SiteNodeKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status404NotFound,
    };

    [LoggerMessage(3000, LogLevel.Error, "Reading {Path} failed.")]
    private static partial void LogReadFailed(ILogger logger, string path, Exception exception);
}
