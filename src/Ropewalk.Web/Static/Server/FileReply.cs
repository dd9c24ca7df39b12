using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Sends a file, whole or in parts, out of memory or from its handle.</summary>
internal sealed class FileReply(TimeProvider time)
{
    // one read and one write; with the connection's own buffer it is what a slow reader holds (nginx: output_buffers 2 × 32 KiB)
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Sends a file that is in memory. Without conditions nothing is allocated.</summary>
    public Task SendAsync(SiteExchange exchange, HotFile file, SiteSettings settings)
    {
        IHeaderDictionary request = exchange.Request.Headers;
        if (HasConditions(request)) return SendConditionallyAsync(exchange, file.Representation, file.Content, null, settings);
        file.Representation.WriteFields(exchange.Response.Headers);
        return exchange.IsHead || file.Content.IsEmpty ? Task.CompletedTask : WriteAsync(exchange, file.Content);
    }

    /// <summary>Sends a file from its handle.</summary>
    public Task SendAsync(SiteExchange exchange, Representation representation, SiteFile file, SiteSettings settings)
    {
        if (HasConditions(exchange.Request.Headers)) return SendConditionallyAsync(exchange, representation, default, file, settings);
        representation.WriteFields(exchange.Response.Headers);
        return exchange.IsHead || representation.LengthBytes == 0
            ? Task.CompletedTask
            : CopyAsync(exchange, file, new ByteRange(0, representation.LengthBytes));
    }

    private static bool HasConditions(IHeaderDictionary request) =>
        request.IfNoneMatch.Count != 0 || request.IfModifiedSince.Count != 0 || request.Range.Count != 0
        || request.IfMatch.Count != 0 || request.IfUnmodifiedSince.Count != 0;

    private static Task WriteAsync(SiteExchange exchange, ReadOnlyMemory<byte> content)
    {
        exchange.BodyBytes += content.Length;
        ValueTask<FlushResult> flush = exchange.Body.Writer.WriteAsync(content);
        if (!flush.IsCompletedSuccessfully) return flush.AsTask();
        _ = flush.Result;
        return Task.CompletedTask;
    }

    private Task SendConditionallyAsync(
        SiteExchange exchange, Representation representation, ReadOnlyMemory<byte> content, SiteFile? file, SiteSettings settings)
    {
        IHeaderDictionary request = exchange.Request.Headers, fields = exchange.Response.Headers;
        DateTimeOffset now = time.GetUtcNow();
        RequestConditions conditions = new(request.IfMatch, request.IfNoneMatch, request.IfModifiedSince, request.IfUnmodifiedSince, request.IfRange);
        switch (Preconditions.Evaluate(representation.Validators, conditions, now))
        {
            case PreconditionOutcome.NotModified:
                exchange.Response.StatusCode = StatusCodes.Status304NotModified;
                representation.WriteValidators(fields);
                return Task.CompletedTask;
            case PreconditionOutcome.Failed:
                return ErrorReply.SendAsync(exchange, StatusCodes.Status412PreconditionFailed);
        }
        ByteRange[] ranges = [];
        // RFC 9110 §14.2: a range counts for GET alone
        if (!exchange.IsHead && request.Range.Count != 0 && Preconditions.RangeCounts(representation.Validators, conditions.IfRange, now)
            && RangeDecoder.Decode(request.Range, representation.LengthBytes, settings.MaxRanges, out ranges) == RangeStatus.Unsatisfiable)
        {
            fields.ContentRange = $"bytes */{representation.LengthBytes}";
            fields.AcceptRanges = "bytes";
            return ErrorReply.SendAsync(exchange, StatusCodes.Status416RangeNotSatisfiable);
        }
        representation.WriteFields(fields);
        if (ranges.Length > 0) return SendPartsAsync(exchange, representation, content, file, ranges);
        ByteRange whole = new(0, representation.LengthBytes);
        return exchange.IsHead || whole.LengthBytes == 0 ? Task.CompletedTask : SendPartAsync(exchange, content, file, whole);
    }

    private static async Task SendPartsAsync(
        SiteExchange exchange, Representation representation, ReadOnlyMemory<byte> content, SiteFile? file, ByteRange[] ranges)
    {
        IHeaderDictionary fields = exchange.Response.Headers;
        exchange.Response.StatusCode = StatusCodes.Status206PartialContent;
        if (ranges.Length == 1)
        {
            fields.ContentLength = ranges[0].LengthBytes;
            fields.ContentRange = MultipartRanges.ContentRange(ranges[0], representation.LengthBytes);
            await SendPartAsync(exchange, content, file, ranges[0]);
            return;
        }
        // random, so that no file can hold its own boundary
        MultipartRanges parts = new(ranges, representation.LengthBytes, representation.ContentType, RandomNumberGenerator.GetHexString(32, lowercase: true));
        fields.ContentLength = parts.LengthBytes;
        fields.ContentType = parts.ContentType;
        for (int i = 0; i < ranges.Length; i++)
        {
            await WriteAsync(exchange, parts.Head(i));
            long end = exchange.BodyBytes + ranges[i].LengthBytes;
            await SendPartAsync(exchange, content, file, ranges[i]);
            if (exchange.BodyBytes != end) return;   // aborted
        }
        await WriteAsync(exchange, parts.End);
    }

    private static Task SendPartAsync(SiteExchange exchange, ReadOnlyMemory<byte> content, SiteFile? file, ByteRange range)
    {
        if (file is not null) return CopyAsync(exchange, file, range);
        return WriteAsync(exchange, content.Slice((int)range.Start, (int)range.LengthBytes));
    }

    // Reads into the connection's own buffer: no copy in between. Stops early only after an abort.
    private static async Task CopyAsync(SiteExchange exchange, SiteFile file, ByteRange range)
    {
        CancellationToken aborted = exchange.Aborted;
        // the field section goes first: what is asked of the writer afterwards is the transport's buffer
        await exchange.Body.StartAsync(aborted);
        PipeWriter writer = exchange.Body.Writer;
        long offset = range.Start, end = range.Start + range.LengthBytes;
        while (offset < end && !aborted.IsCancellationRequested)
        {
            int wanted = (int)Math.Min(ChunkBytes, end - offset);
            Memory<byte> buffer = writer.GetMemory(wanted);
            if (buffer.Length > wanted) buffer = buffer[..wanted];
            int count = await file.ReadAsync(buffer, offset, aborted);
            if (count == 0)
            {
                // the file was cut: the length that was promised cannot be kept, and only an abort tells the client so (RFC 9112 §8)
                exchange.Abort();
                return;
            }
            writer.Advance(count);
            offset += count;
            exchange.BodyBytes += count;
            FlushResult flush = await writer.FlushAsync(aborted);
            if (flush.IsCompleted || flush.IsCanceled) return;
        }
    }
}
