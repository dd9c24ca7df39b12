using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Sends a folder's listing, in pieces.</summary>
internal sealed class ListingReply
{
    // what one reader of a small listing holds is less than a connection's own buffers
    private const int SmallListingEntries = 500;

    // large ones, 1 MB each at the default bound, held at once by all readers together
    private const int MaxLargeListings = 32;

    private const int FlushBytes = 16 * 1024;

    // who takes a large listing more slowly gives its place to somebody else
    private static readonly MinDataRate LargeListingRate = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));

    private int _large;

    public async Task SendAsync(SiteExchange exchange, SiteSettings settings, SitePath folder)
    {
        if (Interlocked.Increment(ref _large) > MaxLargeListings)
        {
            Interlocked.Decrement(ref _large);
            await ErrorReply.SendAsync(exchange, StatusCodes.Status503ServiceUnavailable);
            return;
        }
        bool holdsPlace = true;
        try
        {
            SiteListing listing = await settings.Files.ListAsync(folder, settings.MaxListingEntries, exchange.Aborted);
            if (listing.Entries.Count <= SmallListingEntries)
            {
                Interlocked.Decrement(ref _large);
                holdsPlace = false;
            }
            else if (exchange.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = LargeListingRate;
            }
            await SendAsync(exchange, settings, folder, listing);
        }
        finally
        {
            if (holdsPlace) Interlocked.Decrement(ref _large);
        }
    }

    private static async Task SendAsync(SiteExchange exchange, SiteSettings settings, SitePath folder, SiteListing listing)
    {
        if (listing.Kind != SiteNodeKind.Folder)
        {
            int status = listing.Kind switch
            {
                SiteNodeKind.Denied => StatusCodes.Status403Forbidden,
                SiteNodeKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status404NotFound,
            };
            await ErrorReply.SendAsync(exchange, status);
            return;
        }
        IHeaderDictionary fields = exchange.Response.Headers;
        fields.ContentType = "text/html; charset=utf-8";
        fields.ContentSecurityPolicy = ListingPage.ContentSecurityPolicy;
        fields.XContentTypeOptions = "nosniff";
        fields.CacheControl = settings.CacheControl;
        fields["Referrer-Policy"] = "same-origin";
        if (exchange.IsHead) return;
        ListingOrder order = ListingOrder.Parse(SitePath.QueryOf(exchange.Request.RawTarget));
        listing.Entries.Sort(order.Compare);
        await WriteAsync(exchange, new ListingPage(folder, order), listing);
    }

    private static async Task WriteAsync(SiteExchange exchange, ListingPage page, SiteListing listing)
    {
        CancellationToken aborted = exchange.Aborted;
        await exchange.Body.StartAsync(aborted);
        CountingWriter output = new(exchange.Body.Writer);
        int folders = 0;
        page.WriteStart(output);
        foreach (SiteEntry entry in listing.Entries)
        {
            page.WriteEntry(output, entry);
            if (entry.IsFolder) folders++;
            if (output.UnflushedBytes < FlushBytes) continue;
            exchange.BodyBytes = output.Bytes;
            FlushResult flush = await output.FlushAsync(aborted);
            if (flush.IsCompleted || flush.IsCanceled || aborted.IsCancellationRequested) return;
        }
        page.WriteEnd(output, folders, listing.Entries.Count - folders, listing.IsTruncated);
        exchange.BodyBytes = output.Bytes;
        await output.FlushAsync(aborted);
    }
}
