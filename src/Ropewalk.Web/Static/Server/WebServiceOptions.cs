namespace Ropewalk.Web.Static.Server;

/// <summary>Sets a service that serves a folder.</summary>
public sealed class WebServiceOptions
{
    /// <summary>Gets or sets what is served and how. Live, but for the folder: that is for new connections.</summary>
    public StaticSiteOptions Site { get; set; } = new();

    /// <summary>Gets or sets what connections may take. For new connections.</summary>
    public WebLimits Limits { get; set; } = new();

    /// <summary>Gets or sets what takes a line for each request; none if null. For new connections. <b>Lifetime</b>: stays the caller's.</summary>
    public AccessLog? AccessLog { get; set; }
}
