using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ropewalk.Web.Static.Server;

/// <summary>Bounds what connections may take from a site. Taken when the server starts.</summary>
/// <remarks>How much of an answer waits for a slow client is the transport's: <see cref="Transports.StreamTransportOptions.OutputPauseBytes"/>.</remarks>
public sealed class WebLimits
{
    /// <summary>Gets or sets how many connections are served at once. Default: 10,000, the load that a server of 1999 could not carry (the C10K problem); nginx starts with 512 a worker.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Gets or sets how long a request line may be. Default: 8 KiB, as Apache (LimitRequestLine 8190) and nginx; RFC 9110 §4.1 asks for 8,000 octets at least.</summary>
    public int MaxRequestLineBytes { get; set; } = 8 * 1024;

    /// <summary>Gets or sets how long all header fields of a request may be together. Default: 32 KiB, as nginx (large_client_header_buffers 4 × 8 KiB).</summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Gets or sets how many header fields a request may have. Default: 100, as Apache (LimitRequestFields).</summary>
    public int MaxHeaders { get; set; } = 100;

    /// <summary>Gets or sets how long the header fields of a request may take to come. Default: 20 s, as Apache (RequestReadTimeout header=20).</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets how long a connection may wait for its next request. Default: 75 s, as nginx (keepalive_timeout).</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>Gets or sets how long the body of a request may be; a site has no use for one. Default: 64 KiB, what a client may send before it reads the refusal.</summary>
    public long MaxRequestBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Gets or sets how slowly a client may take an answer, on average, before it is cut. Default: 240 bytes a second, as Kestrel (a modem of 2,400 baud).</summary>
    public int MinBytesPerSecond { get; set; } = 240;

    /// <summary>Gets or sets how long a client may be slower. Default: 5 s, as Kestrel.</summary>
    public TimeSpan SlowGracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many requests an HTTP/2 connection may have under way. Default: 100, the least that RFC 9113 §6.5.2 recommends.</summary>
    public int MaxStreams { get; set; } = 100;

    /// <summary>Finds all faults.</summary>
    /// <returns>One sentence each; none if the limits can be used.</returns>
    public IEnumerable<string> Validate()
    {
        if (MaxConnections < 1) yield return "MaxConnections: at least 1.";
        if (MaxRequestLineBytes < 64) yield return "MaxRequestLineBytes: at least 64.";
        if (MaxHeaderBytes < 256) yield return "MaxHeaderBytes: at least 256.";
        if (MaxHeaders < 1) yield return "MaxHeaders: at least 1.";
        if (HeadersTimeout <= TimeSpan.Zero) yield return "HeadersTimeout: more than 0.";
        if (KeepAliveTimeout <= TimeSpan.Zero) yield return "KeepAliveTimeout: more than 0.";
        if (MaxRequestBodyBytes < 0) yield return "MaxRequestBodyBytes: at least 0.";
        if (MinBytesPerSecond < 1) yield return "MinBytesPerSecond: at least 1.";
        if (SlowGracePeriod <= TimeSpan.FromSeconds(1)) yield return "SlowGracePeriod: more than 1 s.";
        if (MaxStreams < 1) yield return "MaxStreams: at least 1.";
    }

    /// <summary>Sets a Kestrel server's limits.</summary>
    /// <param name="kestrel">The server's options.</param>
    public void Apply(KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestBufferSize = Math.Max(MaxRequestLineBytes, MaxHeaderBytes) + 4096;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = KeepAliveTimeout;
        limits.MaxRequestBodySize = MaxRequestBodyBytes;
        limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, SlowGracePeriod);
        limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, SlowGracePeriod);
        limits.Http2.MaxStreamsPerConnection = MaxStreams;
        limits.Http2.MaxRequestHeaderFieldSize = MaxRequestLineBytes;
        limits.Http2.KeepAlivePingDelay = KeepAliveTimeout;
    }
}
