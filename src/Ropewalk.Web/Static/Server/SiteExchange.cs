using Microsoft.AspNetCore.Http.Features;

namespace Ropewalk.Web.Static.Server;

/// <summary>Holds one request and its answer. One object serves all requests of a connection, one after the other.</summary>
internal sealed class SiteExchange
{
    private IFeatureCollection? _features;

    public IHttpRequestFeature Request { get; private set; } = null!;

    public IHttpResponseFeature Response { get; private set; } = null!;

    public IHttpResponseBodyFeature Body { get; private set; } = null!;

    public IFeatureCollection Features => _features!;

    public bool IsHead { get; set; }

    /// <summary>How many bytes of body were handed to the connection.</summary>
    public long BodyBytes { get; set; }

    /// <summary>Whether the request says that it has a body.</summary>
    public bool HasRequestBody => _features!.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    /// <summary>Fires when the client is gone. Asking for it costs an allocation: not on the hot path.</summary>
    public CancellationToken Aborted => _features!.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? default;

    public void Begin(IFeatureCollection features)
    {
        _features = features;
        Request = features.GetRequiredFeature<IHttpRequestFeature>();
        Response = features.GetRequiredFeature<IHttpResponseFeature>();
        Body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        IsHead = false;
        BodyBytes = 0;
    }

    public void End()
    {
        _features = null;
        Request = null!;
        Response = null!;
        Body = null!;
    }

    /// <summary>Ends the connection, or the HTTP/2 stream, because the answer that was promised cannot be kept.</summary>
    public void Abort() => _features!.Get<IHttpRequestLifetimeFeature>()?.Abort();
}
