namespace Ropewalk.Hosting;

/// <summary>Bounds how services end.</summary>
public sealed class ServiceRunnerOptions
{
    /// <summary>
    /// Gets or sets how long the connections of a stopped endpoint or a restarted service have to say goodbye before they are aborted.
    /// Default 25 s: nine tenths of the Generic Host's shutdown timeout, less what the end itself takes; the host cuts it short where its own is shorter.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);
}
